//! The storage port for articles as editors see them: stories, their revisions and drafts.
//!
//! What readers see of published articles is in [`Articles`](super::Articles).

use crate::{
    account::AccountId,
    article::{Article, ArticleId, DeskSelection, Publication, Request, Revision, schedule::Edge},
    error::Result,
    page::{Position, Window},
    slug::Slug,
    time::Time,
};

/// Storage of stories and their revisions.
pub trait Stories {
    /// Returns articles with their newest revision, in no particular order.
    fn articles(&mut self, ids: &[ArticleId]) -> Result<Vec<Article>>;

    /// Locks a slug until the transaction ends: nobody else gives it to an article.
    fn hold_slug(&mut self, slug: &Slug) -> Result<()>;

    /// Locks the taking of several names in one transaction, such as paths, or slugs in any order,
    /// until the transaction ends.
    ///
    /// Call it before [`Self::hold_slug`]; another order can deadlock.
    fn hold_names(&mut self) -> Result<()>;

    /// Returns those of the slugs that are current slugs of articles, or that readers knew, each
    /// with its article.
    fn slugs_taken(&mut self, slugs: &[Slug]) -> Result<Vec<(Slug, ArticleId)>>;

    /// Locks articles until the transaction ends, in the order of their ids, and returns them.
    fn articles_to_change(&mut self, ids: &[ArticleId]) -> Result<Vec<Article>>;

    /// Returns the article that has this slug, or had it while readers saw it.
    fn story_by_slug(&mut self, slug: &Slug) -> Result<Option<ArticleId>>;

    /// Returns one page of an article's revisions, newest first, in the window's direction, with
    /// one row more than its limit.
    fn revision_page(&mut self, article: ArticleId, window: &Window) -> Result<Vec<Revision>>;

    /// Counts an article's revisions.
    fn revision_count(&mut self, article: ArticleId) -> Result<u64>;

    /// Returns one revision of an article.
    fn revision(&mut self, article: ArticleId, number: u32) -> Result<Option<Revision>>;

    /// Deletes the oldest revisions that were never published, all but the newest `kept`.
    fn forget_revisions(&mut self, article: ArticleId, kept: u32) -> Result<()>;

    /// Stores the request that an idempotency key of this account stands for. Returns the stored
    /// request if the key was used before.
    ///
    /// If several requests send the key at once, one stores it; the others wait for its
    /// transaction.
    fn claim_request(&mut self, account: AccountId, key: &str, request: Request) -> Result<Option<Request>>;

    /// Deletes the stored requests from before this time.
    fn forget_requests(&mut self, before: Time) -> Result<()>;

    /// Stores when an article's publication window opens and closes, in place of earlier times.
    fn save_edges(&mut self, article: ArticleId, edges: &[Edge]) -> Result<()>;

    /// Returns and deletes the edges of publication windows up to `now`, at most `limit`. Rows that
    /// another transaction has locked are left for later.
    fn take_edges(&mut self, now: Time, limit: u32) -> Result<Vec<Edge>>;

    /// Returns the time of the next edge of a publication window.
    fn next_edge(&mut self) -> Result<Option<Time>>;

    /// Returns the ids of articles after `after`, in ascending order.
    fn article_ids(&mut self, after: Option<ArticleId>, limit: u32) -> Result<Vec<ArticleId>>;

    /// Locks an article until the transaction ends, and returns it.
    fn article_to_change(&mut self, id: ArticleId) -> Result<Option<Article>>;

    /// Returns the published revisions of these articles, including scheduled ones.
    fn published_revisions(&mut self, ids: &[ArticleId]) -> Result<Vec<Revision>>;
}

/// Queries of the desk: articles by the status of their newest revisions.
pub trait Desk {
    /// Returns one page of positions of the desk, most recently changed first, in the window's
    /// direction, with one row more than its limit.
    fn desk_positions(
        &mut self,
        selection: &DeskSelection,
        window: &Window,
        now: Time,
    ) -> Result<Vec<Position>>;

    /// Counts the articles of a selection of the desk.
    fn desk_count(&mut self, selection: &DeskSelection, now: Time) -> Result<u64>;
}

/// Storage of new revisions, and of what readers see of them.
pub trait Saving {
    /// Adds a revision. What readers see does not change.
    fn save_draft(&mut self, article: &Article) -> Result<()>;

    /// Adds a revision and publishes it.
    fn save_publication(&mut self, publication: &Publication) -> Result<()>;

    /// Adds a revision and unpublishes the article.
    fn save_withdrawal(&mut self, article: &Article) -> Result<()>;
}

/// Permanent deletion of articles.
pub trait Purging {
    /// Permanently deletes an article and remembers its id. `known` is when it was deleted, if
    /// readers knew the article.
    fn purge_article(&mut self, id: ArticleId, known: Option<Time>) -> Result<()>;

    /// Returns those of these articles that were permanently deleted, whether readers knew them or
    /// not.
    fn destroyed(&mut self, ids: &[ArticleId]) -> Result<Vec<ArticleId>>;

    /// Returns those of these articles that readers knew and that were permanently deleted.
    fn purged(&mut self, ids: &[ArticleId]) -> Result<Vec<ArticleId>>;
}
