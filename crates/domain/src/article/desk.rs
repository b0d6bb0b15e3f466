//! The desk: the newsroom's list of articles in any workflow status, and the rendering of drafts.

use super::{
    Article, ArticleFilter, ArticleId, ArticleKey, Card, Rendition, Revision, Sort, Standing, rendition,
    rights::{Wish, find_for},
};
use crate::{
    access::Permission,
    account::AccountId,
    body::Format,
    cx::Cx,
    error::{Error, Result},
    page::{Count, Fingerprint, Page, PageRequest, Position, Total},
    store::Repos,
    term::TermId,
};

/// The filter of the desk.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeskFilter {
    /// Only articles whose newest revision has one of these statuses. Empty means any status.
    pub standings: Vec<Standing>,
    /// Only articles the caller created or is an author of.
    pub mine: bool,
}

impl DeskFilter {
    /// Returns the filter if a list request names statuses or the caller's own articles; `None` otherwise.
    ///
    /// Returns `status.combined` if the request has other filters, or another sort order than the default
    /// or the last modified first.
    pub fn read(
        standings: Option<Vec<Standing>>,
        mine: bool,
        filter: &ArticleFilter,
        sort: Sort,
    ) -> Result<Option<Self>> {
        let (name, standings) = match standings {
            None if !mine => return Ok(None),
            None => ("mine", Vec::new()),
            Some(standings) => ("status", standings),
        };
        let is_plain = *filter == ArticleFilter::default()
            && matches!(sort, Sort::ModifiedAtDesc | Sort::PublishedAtDesc);
        match is_plain {
            true => Ok(Some(Self { standings, mine })),
            false => {
                let detail = "cannot be combined with other filters or sort orders; the last modified articles come first";
                Err(Error::parameter(name, "status.combined", detail))
            }
        }
    }
}

/// A desk filter with the caller's account and authors resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskSelection {
    /// Only articles with one of these statuses.
    pub standings: Vec<Standing>,
    /// Only articles this account created, or that have one of these authors.
    pub own: Option<(AccountId, Vec<TermId>)>,
}

/// An article on the desk, with its newest revision.
#[derive(Debug, Clone, PartialEq)]
pub struct OnDesk {
    /// The revision as a card.
    pub card: Card,
    /// The source of its body.
    pub body: String,
    /// The format of the source.
    pub body_format: Format,
}

/// Returns one page of the desk, the last modified articles first.
///
/// Callers who may not read the drafts of others get only their own articles.
pub fn desk(
    cx: &Cx<'_>,
    repos: &mut dyn Repos,
    filter: &DeskFilter,
    page: &PageRequest,
) -> Result<Page<OnDesk>> {
    cx.require(Permission::ReadDrafts)?;
    let mut standings = filter.standings.clone();
    standings.sort_unstable();
    standings.dedup();
    if standings.is_empty() {
        standings = Standing::ALL.to_vec();
    }
    let own = match cx.caller.account() {
        Some(account) if filter.mine || !cx.caller.may(Permission::ReadOthersDrafts) => {
            Some((account, repos.authors_of(account)?))
        }
        _ => None,
    };
    let selection = DeskSelection { standings, own };
    let window = page.open(Fingerprint::of(&("desk", &selection)))?;
    let mut found =
        window.fetch(Position::clone, |window| repos.desk_positions(&selection, window, cx.now))?;
    found.total = match page.count {
        Count::None => None,
        Count::Exact | Count::Estimate => Some(Total::Exact(repos.desk_count(&selection, cx.now)?)),
    };
    let ids: Vec<ArticleId> = found.edges.iter().map(|edge| ArticleId::from_bytes(edge.item.id)).collect();
    let articles = if ids.is_empty() { Vec::new() } else { repos.articles(&ids)? };
    let cards = rendition::render_newest(cx, repos, &articles)?;
    let mut on_desk: Vec<OnDesk> = cards
        .into_iter()
        .zip(articles)
        .map(|(card, article)| OnDesk {
            card,
            body: article.document.body,
            body_format: article.document.body_format,
        })
        .collect();
    Ok(found.filter_map(|place| {
        let at = on_desk.iter().position(|one| one.card.id.bytes() == place.id)?;
        Some(on_desk.swap_remove(at))
    }))
}

/// Renders an article's newest revision, if the caller may read its drafts.
pub fn draft(cx: &Cx<'_>, repos: &mut dyn Repos, key: &ArticleKey) -> Result<Rendition> {
    let article = find_for(cx, repos, key, Wish::Read)?;
    rendition::render(cx, repos, &article, article.newest())
}

impl Article {
    /// Returns its newest revision.
    pub fn newest(&self) -> Revision {
        Revision {
            article: self.id,
            number: self.revision,
            at: self.modified_at,
            author: self.saved_by,
            note: self.note.clone(),
            document: self.document.clone(),
        }
    }
}
