//! The storage ports: traits that the database layer implements.
//!
//! Methods take slices of ids and return whole values; `None` means that something does not exist.
//! Methods that take `now` return only what readers see at that time: a row outside its publication
//! window does not exist for them. The port for drafts and revisions is in `stories.rs`.

mod stories;

use std::collections::HashMap;

pub use self::stories::{Desk, Purging, Saving, Stories};

use crate::{
    account::{Account, AccountId, Email},
    api_key::{ApiKey, ApiKeyId},
    article::{ArticleId, Card, Parts, Selection, Sort, WebPath},
    body::{Body, BodyParts},
    change::{Change, ChangeFilter, NewChange, Thing},
    collection::{Collection, CollectionId},
    comment::{Comment, CommentId, Shown, Words},
    error::Result,
    id::{ById, Id},
    import::{Origin, Provenance},
    media::{Media, MediaId},
    page::{Position, Window},
    related::{Neighbour, Probe, Profile, Weight},
    secret::Digest,
    session::{KeyPurpose, Renewal, Session, SessionId, SigningKey},
    site::Site,
    slug::Slug,
    term::{FoundTerm, Role, Term, TermId, TermKey, TermSelection},
    time::Time,
};

/// A unit of work on the repositories, as [`Store`] runs it.
pub type Work<'w> = &'w mut dyn FnMut(&mut dyn Repos) -> Result<()>;

/// A database. It provides [`Repos`] and owns the transactions.
pub trait Store: Send + Sync {
    /// Returns whether the database runs in this process, so that short reads need not wait for a
    /// network or a queue.
    fn is_embedded(&self) -> bool;

    /// Runs work in a read-only transaction, on one consistent state of the database.
    fn read(&self, work: Work<'_>) -> Result<()>;

    /// Runs work in a writing transaction. Commits it, or rolls everything back on an error.
    fn write(&self, work: Work<'_>) -> Result<()>;

    /// Runs work in a writing transaction and rolls it back.
    fn rehearse(&self, work: Work<'_>) -> Result<()>;
}

impl dyn Store + '_ {
    /// [`Store::read`] for work that returns a value.
    pub fn reading<R>(&self, work: impl FnOnce(&mut dyn Repos) -> Result<R>) -> Result<R> {
        returning(work, |work| self.read(work))
    }

    /// [`Store::write`] for work that returns a value.
    pub fn writing<R>(&self, work: impl FnOnce(&mut dyn Repos) -> Result<R>) -> Result<R> {
        returning(work, |work| self.write(work))
    }

    /// [`Store::rehearse`] for work that returns a value.
    pub fn rehearsing<R>(&self, work: impl FnOnce(&mut dyn Repos) -> Result<R>) -> Result<R> {
        returning(work, |work| self.rehearse(work))
    }
}

fn returning<R>(
    work: impl FnOnce(&mut dyn Repos) -> Result<R>,
    run: impl FnOnce(Work<'_>) -> Result<()>,
) -> Result<R> {
    let mut work = Some(work);
    let mut returned = None;
    run(&mut |repos| {
        if let Some(work) = work.take() {
            returned = Some(work(repos)?);
        }
        Ok(())
    })?;
    returned.ok_or_else(|| {
        crate::Error::new(crate::error::Kind::Internal, "server.fault", "the store did not run the work")
    })
}

/// All storage ports together: what a use case reads and writes through.
pub trait Repos:
    Terms
    + Merging
    + Articles
    + ArticleLists
    + Stories
    + Desk
    + Saving
    + Purging
    + RelatedData
    + MediaLibrary
    + Comments
    + Collections
    + Sites
    + Changes
    + Provenances
    + Accounts
    + Sessions
    + ApiKeys
{
}

impl<T> Repos for T where
    T: Terms
        + Merging
        + Articles
        + ArticleLists
        + Stories
        + Desk
        + Saving
        + Purging
        + RelatedData
        + MediaLibrary
        + Comments
        + Collections
        + Sites
        + Changes
        + Provenances
        + Accounts
        + Sessions
        + ApiKeys
{
}

/// Storage of tags, sections and authors.
pub trait Terms {
    /// Locks terms exclusively until the transaction ends: nobody else changes terms or assigns
    /// them to articles.
    fn change_terms(&mut self) -> Result<()>;

    /// Locks terms in shared mode until the transaction ends: nobody else changes them.
    fn keep_terms(&mut self) -> Result<()>;

    /// Returns whether an account changed terms after this position in the change log.
    fn were_terms_edited_after(&mut self, seq: i64) -> Result<bool>;

    /// Returns the sections directly below those of these terms that are sections, in the order of their ids.
    fn sections_below(&mut self, ids: &[TermId]) -> Result<Vec<TermId>>;

    /// Returns the child terms of these terms.
    fn terms_below(&mut self, ids: &[TermId]) -> Result<Vec<TermId>>;

    /// Returns the terms that these references lead to. Former slugs and ids of merged terms lead
    /// to the current term. Unknown references are left out.
    fn term_keys(&mut self, keys: &[(Role, TermKey)]) -> Result<Vec<FoundTerm>>;

    /// Returns the terms that exist, in no particular order.
    fn terms(&mut self, ids: &[TermId], now: Time) -> Result<Vec<Term>>;

    /// Returns one page of terms, sorted by name, in the window's direction, with one row more than
    /// its limit.
    fn term_page(&mut self, selection: &TermSelection, window: &Window, now: Time) -> Result<Vec<Term>>;

    /// Counts the terms of a selection.
    fn term_count(&mut self, selection: &TermSelection) -> Result<u64>;

    /// Returns the terms with these [name keys](crate::text::name_key), each with its name key.
    fn terms_named(&mut self, role: Role, name_keys: &[String]) -> Result<Vec<(String, TermId)>>;

    /// Returns the parent of each of these terms. Terms that do not exist are left out.
    fn term_parents(&mut self, ids: &[TermId]) -> Result<Vec<(TermId, Option<TermId>)>>;

    /// Returns the sections with these paths, each with its path. Paths of no section are left out.
    fn sections_by_paths(&mut self, paths: &[&str]) -> Result<Vec<(String, TermId)>>;

    /// Inserts or replaces a term and updates the paths derived from it. If the slug was a former
    /// slug of another term, it leads to this term from now on.
    fn save_term(&mut self, term: &Term) -> Result<()>;

    /// Returns the former slugs of these terms.
    fn old_term_slugs(&mut self, ids: &[TermId]) -> Result<Vec<(TermId, Slug)>>;

    /// Records former slugs of a term. Each redirects to the term until another term takes it.
    fn save_old_term_slugs(&mut self, term: &Term, slugs: &[Slug]) -> Result<()>;

    /// Returns the authors that are linked to this account.
    fn authors_of(&mut self, account: AccountId) -> Result<Vec<TermId>>;

    /// Returns the account that an author is linked to.
    fn account_of_author(&mut self, author: TermId) -> Result<Option<AccountId>>;

    /// Links an author to an account; `None` removes the link.
    fn link_author(&mut self, author: TermId, account: Option<AccountId>) -> Result<()>;

    /// Returns whether a term has published or scheduled articles, or child terms.
    fn is_term_in_use(&mut self, id: TermId) -> Result<bool>;

    /// Deletes a term, its former slugs and its provenance.
    fn remove_term(&mut self, term: &Term) -> Result<()>;
}

/// Terms that were merged into others.
pub trait Merging {
    /// Replaces `gone` by `into` everywhere and deletes `gone`. Its slugs and its id redirect to
    /// `into`. Returns the articles that had `gone`.
    fn merge_terms(&mut self, gone: &Term, into: &Term) -> Result<Vec<ArticleId>>;

    /// Returns, for those of these terms that were merged, the term that replaced each.
    fn merged_terms(&mut self, ids: &[TermId]) -> Result<Vec<(TermId, TermId)>>;

    /// Returns the terms that were merged into these, as pairs of the merged and the current term.
    fn merged_into(&mut self, ids: &[TermId]) -> Result<Vec<(TermId, TermId)>>;

    /// Records ids of merged terms, so that they redirect to `present`.
    fn save_aliases(&mut self, gone: &[TermId], present: TermId) -> Result<()>;
}

/// Storage of published articles, as readers see them.
pub trait Articles {
    /// Returns those of the articles that readers see, in no particular order.
    fn cards(&mut self, ids: &[ArticleId], now: Time, parts: Parts) -> Result<Vec<Card>>;

    /// Returns the stored bodies of published articles.
    fn bodies(&mut self, ids: &[ArticleId], parts: BodyParts) -> Result<HashMap<ArticleId, Body>>;

    /// Returns pairs of an original article and a version of it that readers see. The original
    /// counts as a version of itself. Sorted by language within each original.
    fn versions(&mut self, origins: &[ArticleId], now: Time) -> Result<Vec<(ArticleId, ArticleId)>>;

    /// Returns the article that readers know by this slug at `now`, as its current or a former
    /// slug.
    fn article_by_slug(&mut self, slug: &str, now: Time) -> Result<Option<ArticleId>>;

    /// Returns those of these paths that are alias paths, each with its article. The case of ASCII
    /// letters is ignored.
    fn articles_by_paths(&mut self, paths: &[WebPath]) -> Result<Vec<(WebPath, ArticleId)>>;

    /// Returns those of the slugs that are current slugs of articles, each with its article.
    fn slugs_in_use(&mut self, slugs: &[Slug]) -> Result<Vec<(Slug, ArticleId)>>;

    /// Replaces the derived body of a published article.
    fn save_body(&mut self, id: ArticleId, body: &Body) -> Result<()>;

    /// Marks the bodies of these articles as derived by the current version of the code.
    fn mark_bodies(&mut self, ids: &[ArticleId]) -> Result<()>;
}

/// Lists of articles that readers see, and their lengths.
pub trait ArticleLists {
    /// Returns for each selection one page of positions, in the window's direction, with one row
    /// more than its limit.
    fn article_positions(
        &mut self,
        selections: &[Selection],
        sort: Sort,
        window: &Window,
        now: Time,
    ) -> Result<Vec<Vec<Position>>>;

    /// Counts the articles of a selection, up to `cap` if given.
    fn article_count(&mut self, selection: &Selection, cap: Option<u64>, now: Time) -> Result<u64>;
}

/// Storage of the data that related articles are computed from.
pub trait RelatedData {
    /// Returns the profiles of those of these articles that readers see.
    fn profiles(&mut self, ids: &[ArticleId], now: Time) -> Result<Vec<Profile>>;

    /// Returns the articles that the probes find. An article occurs once per source.
    fn neighbours(&mut self, probes: &[Probe], now: Time) -> Result<Vec<Neighbour>>;

    /// Returns the weight of each term.
    fn weights(&mut self, terms: &[TermId], now: Time) -> Result<ById<TermId, Weight>>;

    /// Returns the number of articles that readers see in lists.
    fn listed_articles(&mut self, now: Time) -> Result<u64>;
}

/// Storage of media.
pub trait MediaLibrary {
    /// Returns the media items that exist, in no particular order.
    fn media(&mut self, ids: &[MediaId]) -> Result<Vec<Media>>;

    /// Returns the ids of media items after `after`, in ascending order.
    fn media_ids(&mut self, after: Option<MediaId>, limit: u32) -> Result<Vec<MediaId>>;

    /// Returns the media item that has this alias path. The case of ASCII letters is ignored.
    fn media_by_path(&mut self, path: &WebPath) -> Result<Option<MediaId>>;

    /// Inserts or replaces a media item.
    fn save_media(&mut self, media: &Media) -> Result<()>;
}

/// Storage of comments.
pub trait Comments {
    /// Returns for each article one page of positions of its visible comments, in the window's
    /// direction, with one row more than its limit.
    fn comment_positions(&mut self, articles: &[ArticleId], window: &Window) -> Result<Vec<Vec<Position>>>;

    /// Counts the visible comments of each article, including tombstones. Articles without any are
    /// left out.
    fn shown_comment_counts(&mut self, articles: &[ArticleId]) -> Result<HashMap<ArticleId, u64>>;

    /// Returns those of the comments that readers see, in no particular order.
    fn shown_comments(&mut self, ids: &[CommentId]) -> Result<Vec<Shown>>;

    /// Returns comments as they were sent.
    fn comments(&mut self, ids: &[CommentId]) -> Result<Vec<Comment>>;

    /// Returns the ids of comments after `after`, in ascending order.
    fn comment_ids(&mut self, after: Option<CommentId>, limit: u32) -> Result<Vec<CommentId>>;

    /// Inserts or replaces a comment, and updates its thread. Returns whether anything changed.
    fn save_comment(&mut self, comment: &Comment, words: &Words) -> Result<bool>;
}

/// Storage of collections.
pub trait Collections {
    /// Returns the collections that exist, in no particular order.
    fn collections(&mut self, ids: &[CollectionId]) -> Result<Vec<Collection>>;

    /// Returns the collection with this slug.
    fn collection_by_slug(&mut self, slug: &Slug) -> Result<Option<Collection>>;

    /// Returns one page of collections, sorted by title, in the window's direction, with one row
    /// more than its limit.
    fn collection_page(&mut self, window: &Window) -> Result<Vec<Collection>>;

    /// Counts all collections.
    fn collection_count(&mut self) -> Result<u64>;

    /// Inserts or replaces a collection.
    fn save_collection(&mut self, collection: &Collection) -> Result<()>;

    /// Deletes a collection and its provenance.
    fn remove_collection(&mut self, id: CollectionId) -> Result<()>;
}

/// Storage of the site settings.
pub trait Sites {
    /// Returns the site settings; `None` if they were never saved.
    fn site(&mut self) -> Result<Option<Site>>;

    /// Replaces the site settings.
    fn save_site(&mut self, site: &Site) -> Result<()>;
}

/// Storage of the change log.
pub trait Changes {
    /// Records a change, which is appended to the log at the end of the transaction. A transaction
    /// that writes must record at least one change.
    fn record(&mut self, change: NewChange);

    /// Locks the change log until the transaction ends, so that read-modify-write transactions run
    /// one after the other.
    ///
    /// Call it before the first read of a value that is written back.
    fn take_turn(&mut self) -> Result<()>;

    /// Returns the sequence number of the last change; 0 if there is none.
    fn last_change(&mut self) -> Result<i64>;

    /// Returns at most `limit` changes after `seq`, in ascending order.
    fn changes_after(&mut self, seq: i64, limit: u32) -> Result<Vec<Change>>;

    /// Returns the changes that gave this thing a revision greater than `revision`, newest first,
    /// at most `limit`.
    fn changes_after_revision(&mut self, thing: &Thing, revision: u32, limit: u32) -> Result<Vec<Change>>;

    /// Returns one page of changes, newest first, in the window's direction, with one row more than
    /// its limit.
    fn change_page(&mut self, filter: &ChangeFilter, window: &Window) -> Result<Vec<Change>>;

    /// Counts the changes that match a filter.
    fn change_count(&mut self, filter: &ChangeFilter) -> Result<u64>;

    /// Recomputes the stored article count of every term and the comment count of every article.
    /// Returns the number of counts that were wrong.
    fn count_again(&mut self) -> Result<u64>;

    /// Returns the number of SQL statements that this transaction has run so far.
    fn statements(&self) -> u32;
}

/// Storage of provenance: which thing came from which external source.
pub trait Provenances {
    /// Returns the provenance of these origins. Unknown ones are left out.
    fn provenances(&mut self, origins: &[Origin]) -> Result<Vec<Provenance>>;

    /// Returns the provenance of these things.
    fn origins(&mut self, entity: &'static str, ids: &[[u8; 16]]) -> Result<Vec<Provenance>>;

    /// Locks a source until the transaction ends: nobody else creates things of this source.
    ///
    /// Call it after locking terms and before locking articles; another order can deadlock.
    fn hold_source(&mut self, source: &str) -> Result<()>;

    /// Inserts or replaces the provenance of an origin.
    fn save_provenance(&mut self, provenance: &Provenance) -> Result<()>;
}

/// Storage of accounts and password links.
pub trait Accounts {
    /// Returns the accounts that exist, in no particular order.
    fn accounts(&mut self, ids: &[AccountId]) -> Result<Vec<Account>>;

    /// Locks an account until the transaction ends, and returns it. Call it before changing the
    /// account or its sessions.
    fn account_to_change(&mut self, id: AccountId) -> Result<Option<Account>>;

    /// Returns the account with this e-mail address.
    fn account_by_email(&mut self, email: &Email) -> Result<Option<Account>>;

    /// Returns one page of accounts in the order of their ids, in the window's direction, with one
    /// row more than its limit.
    fn account_page(&mut self, window: &Window) -> Result<Vec<Account>>;

    /// Counts all accounts.
    fn account_count(&mut self) -> Result<u64>;

    /// Locks the enabled administrators until the transaction ends. Returns their ids and whether
    /// each has a password.
    ///
    /// Call it before [`account_to_change`](Self::account_to_change); another order can deadlock.
    fn active_administrators(&mut self) -> Result<Vec<(AccountId, bool)>>;

    /// Inserts or replaces an account. Fails with `account.email_taken` if another account has its
    /// e-mail address.
    fn save_account(&mut self, account: &Account) -> Result<()>;

    /// Stores the digest of a password link, in place of an earlier one.
    fn save_password_link(&mut self, account: AccountId, link: &Digest, expires_at: Time) -> Result<()>;

    /// Returns the account of a password link, and when the link expires.
    fn password_link(&mut self, link: &Digest) -> Result<Option<(AccountId, Time)>>;

    /// Deletes a password link and returns its account and expiry. If several requests use the link
    /// at once, only one gets it.
    fn spend_password_link(&mut self, link: &Digest) -> Result<Option<(AccountId, Time)>>;

    /// Deletes the password link of this account, if there is one.
    fn remove_password_link_of(&mut self, account: AccountId) -> Result<()>;
}

/// The result of using a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spent {
    /// The session that it belongs to.
    pub session: SessionId,
    /// Its earlier use; `None` if this is the first.
    pub before: Option<Before>,
}

/// An earlier use of a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    /// The earlier use, within the grace period.
    Used(Renewal),
    /// It was used, but the details have been deleted.
    LongAgo,
}

/// Storage of sessions, refresh tokens and signing keys. Only new signing keys are recorded in the
/// change log.
pub trait Sessions {
    /// Returns a session and its account.
    fn session(&mut self, id: SessionId) -> Result<Option<(Session, Account)>>;

    /// Returns a session and its account, if this signing key is still stored for access tokens.
    fn session_signed_by(&mut self, id: SessionId, key: &SigningKey) -> Result<Option<(Session, Account)>>;

    /// Inserts or replaces a session.
    fn save_session(&mut self, session: &Session) -> Result<()>;

    /// Deletes a session and its tokens.
    fn end_session(&mut self, id: SessionId) -> Result<()>;

    /// Deletes all sessions of an account.
    fn end_sessions_of(&mut self, account: AccountId) -> Result<()>;

    /// Deletes the expired sessions of an account.
    fn remove_expired_sessions(&mut self, account: AccountId, now: Time) -> Result<()>;

    /// Stores the digest of a refresh token of a session.
    fn add_refresh_token(&mut self, session: SessionId, token: &Digest) -> Result<()>;

    /// Returns the session of a refresh token, whether the token was used or not.
    fn session_of_token(&mut self, token: &Digest) -> Result<Option<SessionId>>;

    /// Marks a refresh token as used, and stores the use if it is the first. Returns `None` if the
    /// token is unknown. If several requests use it at once, only one is the first.
    fn spend_refresh_token(&mut self, token: &Digest, renewal: &Renewal) -> Result<Option<Spent>>;

    /// Deletes the details of token uses of a session from before a time.
    fn forget_renewals(&mut self, session: SessionId, before: Time) -> Result<()>;

    /// Returns the signing keys for a purpose, newest first.
    fn signing_keys(&mut self, purpose: KeyPurpose) -> Result<Vec<SigningKey>>;

    /// Adds a signing key.
    fn save_signing_key(&mut self, purpose: KeyPurpose, key: &SigningKey) -> Result<()>;

    /// Deletes a signing key. Tokens that it signed are invalid from now on.
    fn remove_signing_key(&mut self, id: Id<SigningKey>) -> Result<()>;
}

/// Storage of API keys.
pub trait ApiKeys {
    /// Returns the API key with this digest, and its owner.
    fn api_key(&mut self, key: &Digest) -> Result<Option<(ApiKey, Account)>>;

    /// Returns the API keys of an account, newest first.
    fn api_keys_of(&mut self, owner: AccountId) -> Result<Vec<ApiKey>>;

    /// Adds an API key.
    fn save_api_key(&mut self, key: &ApiKey, digest: &Digest) -> Result<()>;

    /// Deletes an API key of this account. Returns whether there was one.
    fn remove_api_key(&mut self, owner: AccountId, id: ApiKeyId) -> Result<bool>;

    /// Stores the time when a key was last used. This is not recorded in the change log.
    fn note_use(&mut self, id: ApiKeyId, at: Time) -> Result<()>;
}
