//! The port behind the newsroom's desk: articles as their writers keep them.

use crate::{
    account::AccountId,
    article::{Article, ArticleId, DeskSelection, Publication, Request, Revision, schedule::Edge},
    error::Result,
    page::{Position, Window},
    slug::Slug,
    time::Time,
};

/// Where articles are kept as their writers keep them: stories and their revisions.
pub trait Stories {
    /// Returns articles as their writers keep them.
    fn articles(&mut self, ids: &[ArticleId]) -> Result<Vec<Article>>;

    /// Waits until nobody else takes this slug for an article, and keeps others waiting until the
    /// transaction ends.
    fn hold_slug(&mut self, slug: &Slug) -> Result<()>;

    /// Waits until nobody else takes several names for articles in one transaction: paths, or slugs in any
    /// order. Before [`Self::hold_slug`], lest two wait for each other.
    fn hold_names(&mut self) -> Result<()>;

    /// Returns which of the slugs articles have, or readers knew them by, and which articles.
    fn slugs_taken(&mut self, slugs: &[Slug]) -> Result<Vec<(Slug, ArticleId)>>;

    /// Returns articles that are about to be changed: until the transaction ends, nobody else does so.
    /// They are waited for in the order of their ids.
    fn articles_to_change(&mut self, ids: &[ArticleId]) -> Result<Vec<Article>>;

    /// Returns the article that has this slug, or had it when readers saw it.
    fn story_by_slug(&mut self, slug: &Slug) -> Result<Option<ArticleId>>;

    /// Returns one page of what is on the desk, what was changed last first, in the window's direction,
    /// with one more than its limit.
    fn desk_positions(
        &mut self,
        selection: &DeskSelection,
        window: &Window,
        now: Time,
    ) -> Result<Vec<Position>>;

    /// Counts what is on the desk.
    fn desk_count(&mut self, selection: &DeskSelection, now: Time) -> Result<u64>;

    /// Returns one page of an article's revisions, the newest first, in the window's direction, with one
    /// more than its limit.
    fn revision_page(&mut self, article: ArticleId, window: &Window) -> Result<Vec<Revision>>;

    /// Counts an article's revisions.
    fn revision_count(&mut self, article: ArticleId) -> Result<u64>;

    /// Returns a revision.
    fn revision(&mut self, article: ArticleId, number: u32) -> Result<Option<Revision>>;

    /// Forgets the oldest revisions that readers never were to see, all but so many.
    fn forget_revisions(&mut self, article: ArticleId, kept: u32) -> Result<()>;

    /// Destroys an article, and remembers that; where readers have known it, also since when it is gone.
    fn purge_article(&mut self, id: ArticleId, known: Option<Time>) -> Result<()>;

    /// Returns which of these articles were destroyed, whether readers have known them or not.
    fn destroyed(&mut self, ids: &[ArticleId]) -> Result<Vec<ArticleId>>;

    /// Returns which of these articles readers have known and are no more.
    fn purged(&mut self, ids: &[ArticleId]) -> Result<Vec<ArticleId>>;

    /// Keeps that a key of this account stands for a request, or returns the request that it stands for
    /// already. Of several at once, one keeps it; the others wait for its transaction.
    fn claim_request(&mut self, account: AccountId, key: &str, request: Request) -> Result<Option<Request>>;

    /// Forgets the requests that were sent before this moment.
    fn forget_requests(&mut self, before: Time) -> Result<()>;

    /// Notes when an article comes and goes, in the place of what was noted of it.
    fn save_edges(&mut self, article: ArticleId, edges: &[Edge]) -> Result<()>;

    /// Returns what came and went up to now, at most so many, and forgets it. What somebody else is about
    /// to change is left for later.
    fn take_edges(&mut self, now: Time, limit: u32) -> Result<Vec<Edge>>;

    /// Returns when the next article comes or goes.
    fn next_edge(&mut self) -> Result<Option<Time>>;

    /// Returns ids of articles after `after`, in their order.
    fn article_ids(&mut self, after: Option<ArticleId>, limit: u32) -> Result<Vec<ArticleId>>;

    /// Returns an article that is about to be changed: until the transaction ends, nobody else does so.
    fn article_to_change(&mut self, id: ArticleId) -> Result<Option<Article>>;

    /// Returns the revisions that readers see of these articles, or will see at their time.
    fn published_revisions(&mut self, ids: &[ArticleId]) -> Result<Vec<Revision>>;

    /// Adds a revision. What readers see of the article stays as it is.
    fn save_draft(&mut self, article: &Article) -> Result<()>;

    /// Adds a revision and makes it what readers see.
    fn save_publication(&mut self, publication: &Publication) -> Result<()>;

    /// Adds a revision, and takes the article away from readers.
    fn save_withdrawal(&mut self, article: &Article) -> Result<()>;
}
