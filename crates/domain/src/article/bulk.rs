//! Bulk operations on articles. Each operation is one of the use cases, with the same rules and rights.

use super::{
    Article, ArticleId, ArticleKey, ArticlePatch, Precondition, creation, idempotency, references, rights,
    workflow,
};
use crate::{
    access::Permission,
    context::Context,
    error::{Error, Kind, Place, Result, Violation},
    slug::Slug,
    store::Repos,
    time::Time,
};

/// The maximum number of operations in one request.
pub const MOST_OPERATIONS: usize = 200;

/// One operation on one article.
#[derive(Debug, Clone, PartialEq)]
pub enum Operation {
    /// Create an article.
    Create {
        /// The fields of the new article, and whether to publish it.
        new: Box<ArticlePatch>,
        /// The same creation with the same key creates no second article, see [`creation::create`].
        key: Option<String>,
    },
    /// Change an article that exists.
    Change {
        /// The article, by id or slug.
        article: String,
        /// The revision that the caller has read.
        expected: Precondition,
        /// What to do.
        step: Step,
        /// A note to colleagues.
        note: Option<String>,
    },
}

/// The use case that a change calls.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the names are those of the use cases")]
pub enum Step {
    Update(Box<ArticlePatch>),
    Submit,
    SendBack,
    Publish(Option<Time>),
    Unpublish,
    Archive,
    Trash,
    Restore,
}

/// Returns an error unless the caller may write articles and the number of operations is 1 to 200.
pub fn check(cx: &Context<'_>, operations: usize) -> Result<()> {
    cx.require(Permission::WriteArticles)?;
    if (1..=MOST_OPERATIONS).contains(&operations) {
        return Ok(());
    }
    let detail = "has 1 to 200 entries";
    Err(Error::violations(vec![Violation::at("operations", "list.length", detail)]))
}

/// Runs one operation.
pub fn one(cx: &Context<'_>, repos: &mut dyn Repos, operation: &Operation) -> Result<Article> {
    let (article, expected, step, note) = match operation {
        Operation::Create { new, key } => return creation::create(cx, repos, new, key.as_deref()),
        Operation::Change { article, expected, step, note } => (article, *expected, step, note.clone()),
    };
    let key = ArticleKey::from(article.as_str());
    match step {
        Step::Update(patch) => workflow::edit(cx, repos, &key, patch, expected),
        Step::Submit => workflow::submit(cx, repos, &key, expected, note),
        Step::SendBack => workflow::send_back(cx, repos, &key, expected, note),
        Step::Publish(at) => workflow::publish(cx, repos, &key, expected, *at, note),
        Step::Unpublish => workflow::unpublish(cx, repos, &key, expected, note),
        Step::Archive => workflow::archive(cx, repos, &key, expected, note),
        Step::Trash => workflow::trash(cx, repos, &key, expected, note),
        Step::Restore => workflow::restore(cx, repos, &key, expected, note),
    }
}

impl Operation {
    /// The article that it names, by id or slug; `None` for one that it creates.
    pub fn article(&self) -> Option<&str> {
        match self {
            Self::Create { .. } => None,
            Self::Change { article, .. } => Some(article),
        }
    }

    /// Whether it creates tags or authors.
    fn creates_terms(&self) -> bool {
        matches!(self, Self::Create { new, .. } if new.creates_terms())
    }
}

/// Returns the ids of the articles in the operations.
fn named(repos: &mut dyn Repos, operations: &[Operation]) -> Result<Vec<ArticleId>> {
    let names: Vec<&str> = operations.iter().filter_map(Operation::article).collect();
    let mut ids: Vec<ArticleId> = names.iter().filter_map(|name| name.parse().ok()).collect();
    let slugs: Vec<Slug> = names.iter().filter_map(|name| name.parse().ok()).collect();
    if !slugs.is_empty() {
        ids.extend(repos.slugs_taken(&slugs)?.into_iter().map(|(_, id)| id));
    }
    Ok(ids)
}

/// Runs all operations. If some fail, returns `bulk.refused` with the error of each; the transaction must
/// then be rolled back.
pub fn all(cx: &Context<'_>, repos: &mut dyn Repos, operations: &[Operation]) -> Result<Vec<Article>> {
    check(cx, operations.len())?;
    // Lock terms, the articles by id, and then the names: every request in one order, so that none deadlock.
    match operations.iter().any(Operation::creates_terms) {
        true => repos.change_terms()?,
        false => repos.keep_terms()?,
    }
    if operations.iter().any(|one| matches!(one, Operation::Create { key: Some(_), .. })) {
        idempotency::forget_old(cx, repos)?;
    }
    let mut ids = named(repos, operations)?;
    if rights::is_restricted(cx) {
        // Hidden articles are not locked: a wait for the lock would reveal them.
        ids.push(rights::NONE);
        ids = references::knowable(cx, repos, &ids)?;
    }
    if !ids.is_empty() {
        repos.articles_to_change(&ids)?;
    }
    repos.hold_names()?;
    let mut done = Vec::with_capacity(operations.len());
    let mut refused = Vec::new();
    for (n, operation) in operations.iter().enumerate() {
        match one(cx, repos, operation) {
            Ok(article) => done.push(article),
            Err(error) if matches!(error.kind(), Kind::Internal | Kind::Unavailable | Kind::StorageFull) => {
                return Err(error);
            }
            Err(error) => refused.push(Violation {
                place: Place::Pointer(format!("/operations/{n}")),
                code: error.code(),
                detail: error.to_string().into(),
            }),
        }
    }
    if refused.is_empty() {
        return Ok(done);
    }
    let detail = format!("{} of {} operations failed, so none was applied", refused.len(), operations.len());
    Err(Error::new(Kind::Conflict, "bulk.refused", detail).at(refused))
}
