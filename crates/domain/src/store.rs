//! Where the newsroom is kept: the ports that storage implements.
//!
//! Slices in, whole values out. `Option` where absence is ordinary. What readers may see is decided
//! by `now`: a row outside its window of publication does not exist for these methods.

mod stories;

use std::collections::HashMap;

pub use self::stories::Stories;

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

/// Work on the repositories, as [`Store`] takes it.
pub type Work<'w> = &'w mut dyn FnMut(&mut dyn Repos) -> Result<()>;

/// A database: it gives out [`Repos`] and owns the transactions.
pub trait Store: Send + Sync {
    /// Whether this process reads the database itself, so that a short read waits for nobody else.
    fn is_embedded(&self) -> bool;

    /// Runs reading work on one consistent state of the database.
    fn read(&self, work: Work<'_>) -> Result<()>;

    /// Runs writing work in one transaction: all of it is kept, or on an error nothing.
    fn write(&self, work: Work<'_>) -> Result<()>;

    /// Runs writing work and keeps nothing of it.
    fn rehearse(&self, work: Work<'_>) -> Result<()>;
}

impl dyn Store + '_ {
    /// [`Store::read`] for work that returns something.
    pub fn reading<R>(&self, work: impl FnOnce(&mut dyn Repos) -> Result<R>) -> Result<R> {
        returning(work, |work| self.read(work))
    }

    /// [`Store::write`] for work that returns something.
    pub fn writing<R>(&self, work: impl FnOnce(&mut dyn Repos) -> Result<R>) -> Result<R> {
        returning(work, |work| self.write(work))
    }

    /// [`Store::rehearse`] for work that returns something.
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

/// Everything that is kept.
pub trait Repos:
    Terms
    + Articles
    + Stories
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
        + Articles
        + Stories
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

/// Where tags, sections and authors are kept.
pub trait Terms {
    /// Waits until nobody files articles under terms or changes terms, and keeps others waiting until
    /// the transaction ends.
    fn change_terms(&mut self) -> Result<()>;

    /// Waits until nobody changes terms, and keeps those who would waiting until the transaction ends.
    fn keep_terms(&mut self) -> Result<()>;

    /// Whether somebody changed terms after this place in the log, other than by a command.
    fn were_terms_edited_after(&mut self, seq: i64) -> Result<bool>;

    /// Returns the terms directly below these.
    fn terms_below(&mut self, ids: &[TermId]) -> Result<Vec<TermId>>;

    /// Returns what these names lead to, slugs of earlier too; unknown ones are left out.
    fn term_keys(&mut self, keys: &[(Role, TermKey)]) -> Result<Vec<FoundTerm>>;

    /// Returns the terms that exist, in no particular order.
    fn terms(&mut self, ids: &[TermId], now: Time) -> Result<Vec<Term>>;

    /// Returns one page by name, in the window's direction, with one row more than its limit.
    fn term_page(&mut self, selection: &TermSelection, window: &Window, now: Time) -> Result<Vec<Term>>;

    /// Counts a list.
    fn term_count(&mut self, selection: &TermSelection) -> Result<u64>;

    /// Returns the terms that have these names, by [`name key`](crate::text::name_key).
    fn terms_named(&mut self, role: Role, name_keys: &[String]) -> Result<Vec<(String, TermId)>>;

    /// Returns those of these terms that there are, each with the next broader one.
    fn term_parents(&mut self, ids: &[TermId]) -> Result<Vec<(TermId, Option<TermId>)>>;

    /// Returns the section of this path.
    fn section_by_path(&mut self, path: &str) -> Result<Option<TermId>>;

    /// Inserts or replaces a term, and all that follows from its place among the others. A slug that
    /// another had earlier leads to this one for as long as it has it.
    fn save_term(&mut self, term: &Term) -> Result<()>;

    /// Returns the slugs that these terms had earlier.
    fn old_term_slugs(&mut self, ids: &[TermId]) -> Result<Vec<(TermId, Slug)>>;

    /// Lets slugs lead to a term that it had earlier, where no term has them now.
    fn save_old_term_slugs(&mut self, term: &Term, slugs: &[Slug]) -> Result<()>;

    /// Puts `into` in the place of `gone`, wherever that stands, and removes it; its slugs and its id
    /// lead on. Returns the articles that were filed under it.
    fn merge_terms(&mut self, gone: &Term, into: &Term) -> Result<Vec<ArticleId>>;

    /// Returns which of these terms are no more, and which took their places.
    fn merged_terms(&mut self, ids: &[TermId]) -> Result<Vec<(TermId, TermId)>>;

    /// Returns which terms these have taken the places of: the one that is gone, and the present one.
    fn merged_into(&mut self, ids: &[TermId]) -> Result<Vec<(TermId, TermId)>>;

    /// Lets the ids of terms that are no more lead to one that is there.
    fn save_aliases(&mut self, gone: &[TermId], present: TermId) -> Result<()>;

    /// Returns the authors whose byline is this account's.
    fn authors_of(&mut self, account: AccountId) -> Result<Vec<TermId>>;

    /// Returns the account whose byline an author is.
    fn account_of_author(&mut self, author: TermId) -> Result<Option<AccountId>>;

    /// Makes an author's byline this account's, or nobody's.
    fn link_author(&mut self, author: TermId, account: Option<AccountId>) -> Result<()>;

    /// Whether articles with a projection are filed under a term, or terms stand below it.
    fn is_term_in_use(&mut self, id: TermId) -> Result<bool>;

    /// Removes a term, its old slugs, and what is known of where it came from.
    fn remove_term(&mut self, term: &Term) -> Result<()>;
}

/// Where articles are kept.
pub trait Articles {
    /// Returns for each selection one page of places, in the window's direction, with one more
    /// than its limit.
    fn article_positions(
        &mut self,
        selections: &[Selection],
        sort: Sort,
        window: &Window,
        now: Time,
    ) -> Result<Vec<Vec<Position>>>;

    /// Counts a selection, up to `cap` where one is given.
    fn article_count(&mut self, selection: &Selection, cap: Option<u64>, now: Time) -> Result<u64>;

    /// Returns those of the articles that readers see, in no particular order.
    fn cards(&mut self, ids: &[ArticleId], now: Time, parts: Parts) -> Result<Vec<Card>>;

    /// Returns the stored bodies of published articles.
    fn bodies(&mut self, ids: &[ArticleId], parts: BodyParts) -> Result<HashMap<ArticleId, Body>>;

    /// Returns those of these articles and of their translations that readers see, by language, each after the
    /// article that it is a version of.
    fn versions(&mut self, origins: &[ArticleId], now: Time) -> Result<Vec<(ArticleId, ArticleId)>>;

    /// Returns the article that readers know by this slug, now or earlier; what they have not seen by
    /// `now` they do not know.
    fn article_by_slug(&mut self, slug: &str, now: Time) -> Result<Option<ArticleId>>;

    /// Returns which of these paths are aliases, without regard to the case of ASCII letters, and of which
    /// articles.
    fn articles_by_paths(&mut self, paths: &[WebPath]) -> Result<Vec<(WebPath, ArticleId)>>;

    /// Returns which of the slugs articles have now, and which article has it.
    fn slugs_in_use(&mut self, slugs: &[Slug]) -> Result<Vec<(Slug, ArticleId)>>;

    /// Replaces the derived body of a published article.
    fn save_body(&mut self, id: ArticleId, body: &Body) -> Result<()>;

    /// Notes that the bodies of these articles are as the present derivation makes them.
    fn mark_bodies(&mut self, ids: &[ArticleId]) -> Result<()>;
}

/// Where related articles come from.
pub trait RelatedData {
    /// Returns what these articles share with others.
    fn profiles(&mut self, ids: &[ArticleId], now: Time) -> Result<Vec<Profile>>;

    /// Returns what each probe finds, without doubles for one source.
    fn neighbours(&mut self, probes: &[Probe], now: Time) -> Result<Vec<Neighbour>>;

    /// Returns how much each term weighs.
    fn weights(&mut self, terms: &[TermId], now: Time) -> Result<ById<TermId, Weight>>;

    /// Returns how many articles lists show.
    fn listed_articles(&mut self, now: Time) -> Result<u64>;
}

/// Where media are kept.
pub trait MediaLibrary {
    /// Returns the media that exist, in no particular order.
    fn media(&mut self, ids: &[MediaId]) -> Result<Vec<Media>>;

    /// Returns ids of media after `after`, in their order.
    fn media_ids(&mut self, after: Option<MediaId>, limit: u32) -> Result<Vec<MediaId>>;

    /// Returns the medium that this path is an alias of, without regard to the case of ASCII letters.
    fn media_by_path(&mut self, path: &WebPath) -> Result<Option<MediaId>>;

    /// Inserts or replaces a medium.
    fn save_media(&mut self, media: &Media) -> Result<()>;
}

/// Where comments are kept.
pub trait Comments {
    /// Returns for each article one page of the places of its shown comments, in the window's
    /// direction, with one more than its limit.
    fn comment_positions(&mut self, articles: &[ArticleId], window: &Window) -> Result<Vec<Vec<Position>>>;

    /// Counts the shown comments of each of these articles, tombstones too; those without any are
    /// left out.
    fn shown_comment_counts(&mut self, articles: &[ArticleId]) -> Result<HashMap<ArticleId, u64>>;

    /// Returns those of the comments that readers see, in no particular order.
    fn shown_comments(&mut self, ids: &[CommentId]) -> Result<Vec<Shown>>;

    /// Returns comments as they were sent.
    fn comments(&mut self, ids: &[CommentId]) -> Result<Vec<Comment>>;

    /// Returns ids of comments after `after`, in their order.
    fn comment_ids(&mut self, after: Option<CommentId>, limit: u32) -> Result<Vec<CommentId>>;

    /// Inserts or replaces a comment, and all that follows from its place in its thread. Whether
    /// anything is other than it was.
    fn save_comment(&mut self, comment: &Comment, words: &Words) -> Result<bool>;
}

/// Where collections are kept.
pub trait Collections {
    /// Returns the collections that exist, in no particular order.
    fn collections(&mut self, ids: &[CollectionId]) -> Result<Vec<Collection>>;

    /// Returns the collection of this slug.
    fn collection_by_slug(&mut self, slug: &Slug) -> Result<Option<Collection>>;

    /// Returns one page by title, in the window's direction, with one row more than its limit.
    fn collection_page(&mut self, window: &Window) -> Result<Vec<Collection>>;

    /// Counts all collections.
    fn collection_count(&mut self) -> Result<u64>;

    /// Inserts or replaces a collection.
    fn save_collection(&mut self, collection: &Collection) -> Result<()>;

    /// Removes a collection, and what is known of where it came from.
    fn remove_collection(&mut self, id: CollectionId) -> Result<()>;
}

/// Where it is kept what the newsroom says of itself.
pub trait Sites {
    /// Returns the site, if anything was said of it.
    fn site(&mut self) -> Result<Option<Site>>;

    /// Replaces the site.
    fn save_site(&mut self, site: &Site) -> Result<()>;
}

/// Where changes are recorded.
pub trait Changes {
    /// Appends to the log when the transaction ends. A transaction that wrote must record.
    fn record(&mut self, change: NewChange);

    /// Waits until nobody else changes what is kept whole, and keeps others waiting until the
    /// transaction ends. Taken before the first read by what reads a thing and writes it back.
    fn take_turn(&mut self) -> Result<()>;

    /// Returns the number of the last change, 0 where there is none.
    fn last_change(&mut self) -> Result<i64>;

    /// Returns at most `limit` changes after `seq`, in order.
    fn changes_after(&mut self, seq: i64, limit: u32) -> Result<Vec<Change>>;

    /// Returns the changes that gave this thing a revision greater than `revision`, the latest first, at
    /// most `limit`.
    fn changes_after_revision(&mut self, thing: &Thing, revision: u32, limit: u32) -> Result<Vec<Change>>;

    /// Returns one page of changes, the latest first, in the window's direction, with one more than
    /// its limit.
    fn change_page(&mut self, filter: &ChangeFilter, window: &Window) -> Result<Vec<Change>>;

    /// Counts changes.
    fn change_count(&mut self, filter: &ChangeFilter) -> Result<u64>;

    /// Counts the articles of every term and the comments of every article again; how many
    /// counts were wrong.
    fn count_again(&mut self) -> Result<u64>;

    /// How many statements this transaction has run so far, for operators.
    fn statements(&self) -> u32;
}

/// Where it is kept which things came from where.
pub trait Provenances {
    /// Returns what is known of these origins; unknown ones are left out.
    fn provenances(&mut self, origins: &[Origin]) -> Result<Vec<Provenance>>;

    /// Returns where these things came from.
    fn origins(&mut self, entity: &'static str, ids: &[[u8; 16]]) -> Result<Vec<Provenance>>;

    /// Waits until nobody else creates things of this source, and keeps others waiting until the transaction
    /// ends. Call it after locking terms and before locking articles; another order can deadlock.
    fn hold_source(&mut self, source: &str) -> Result<()>;

    /// Inserts or replaces what is known of an origin.
    fn save_provenance(&mut self, provenance: &Provenance) -> Result<()>;
}

/// Where accounts are kept.
pub trait Accounts {
    /// Returns the accounts that exist, in no particular order.
    fn accounts(&mut self, ids: &[AccountId]) -> Result<Vec<Account>>;

    /// Returns an account that is about to be changed, or whose sessions are: until the transaction
    /// ends, no other one does so.
    fn account_to_change(&mut self, id: AccountId) -> Result<Option<Account>>;

    /// Returns the account of this address.
    fn account_by_email(&mut self, email: &Email) -> Result<Option<Account>>;

    /// Returns one page in the order of their ids, in the window's direction, with one row more than its limit.
    fn account_page(&mut self, window: &Window) -> Result<Vec<Account>>;

    /// Counts all accounts.
    fn account_count(&mut self) -> Result<u64>;

    /// Returns the administrators who are not disabled, and whether each has a password. Until the transaction ends, no other one
    /// makes them fewer. Asked before [`account_to_change`](Self::account_to_change), lest two
    /// transactions wait for each other.
    fn active_administrators(&mut self) -> Result<Vec<(AccountId, bool)>>;

    /// Inserts or replaces an account; fails with `account.email_taken` when another has its address.
    fn save_account(&mut self, account: &Account) -> Result<()>;

    /// Keeps the digest of a link to choose a password, in the place of an earlier one.
    fn save_password_link(&mut self, account: AccountId, link: &Digest, expires_at: Time) -> Result<()>;

    /// Returns whose link this is, and until when.
    fn password_link(&mut self, link: &Digest) -> Result<Option<(AccountId, Time)>>;

    /// Forgets a link, and returns the same. Of several who try at once, one gets it.
    fn spend_password_link(&mut self, link: &Digest) -> Result<Option<(AccountId, Time)>>;

    /// Forgets the link of this account, if there is one.
    fn remove_password_link_of(&mut self, account: AccountId) -> Result<()>;
}

/// A refresh token that was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spent {
    /// The session that it renews.
    pub session: SessionId,
    /// What became of it before; `None` if this is the first time.
    pub before: Option<Before>,
}

/// That a refresh token had been shown before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    /// How it was used, as long as that is known.
    Used(Renewal),
    /// Too long ago.
    LongAgo,
}

/// Where sessions are kept, and what signs their tokens. None of this is in the log.
pub trait Sessions {
    /// Returns a session and whose it is.
    fn session(&mut self, id: SessionId) -> Result<Option<(Session, Account)>>;

    /// Returns a session and whose it is, if this key is still kept for access tokens.
    fn session_signed_by(&mut self, id: SessionId, key: &SigningKey) -> Result<Option<(Session, Account)>>;

    /// Inserts or replaces a session.
    fn save_session(&mut self, session: &Session) -> Result<()>;

    /// Forgets a session and its tokens.
    fn end_session(&mut self, id: SessionId) -> Result<()>;

    /// Forgets all sessions of an account.
    fn end_sessions_of(&mut self, account: AccountId) -> Result<()>;

    /// Forgets those sessions of an account that have expired.
    fn remove_expired_sessions(&mut self, account: AccountId, now: Time) -> Result<()>;

    /// Keeps the digest of a token that renews a session.
    fn add_refresh_token(&mut self, session: SessionId, token: &Digest) -> Result<()>;

    /// Returns the session that a token renews or has renewed.
    fn session_of_token(&mut self, token: &Digest) -> Result<Option<SessionId>>;

    /// Notes that a token was shown, and how it was used if this is the first time. Of several who show it at
    /// once, one is the first.
    fn spend_refresh_token(&mut self, token: &Digest, renewal: &Renewal) -> Result<Option<Spent>>;

    /// Forgets how the tokens of a session were used before a moment.
    fn forget_renewals(&mut self, session: SessionId, before: Time) -> Result<()>;

    /// Returns the keys that sign for a purpose, the newest first.
    fn signing_keys(&mut self, purpose: KeyPurpose) -> Result<Vec<SigningKey>>;

    /// Adds a key.
    fn save_signing_key(&mut self, purpose: KeyPurpose, key: &SigningKey) -> Result<()>;

    /// Forgets a key: what it signed is worth nothing from now on.
    fn remove_signing_key(&mut self, id: Id<SigningKey>) -> Result<()>;
}

/// Where API keys are kept.
pub trait ApiKeys {
    /// Returns the key of this digest, and whose it is.
    fn api_key(&mut self, key: &Digest) -> Result<Option<(ApiKey, Account)>>;

    /// Returns the keys of an account, the newest first.
    fn api_keys_of(&mut self, owner: AccountId) -> Result<Vec<ApiKey>>;

    /// Adds a key.
    fn save_api_key(&mut self, key: &ApiKey, digest: &Digest) -> Result<()>;

    /// Forgets a key of this account; whether there was one.
    fn remove_api_key(&mut self, owner: AccountId, id: ApiKeyId) -> Result<bool>;

    /// Notes that a key was used. Not in the log: nobody follows it.
    fn note_use(&mut self, id: ApiKeyId, at: Time) -> Result<()>;
}
