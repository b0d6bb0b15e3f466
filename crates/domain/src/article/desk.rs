//! The desk: the newsroom's lists of articles in any workflow status, and the rendering of drafts.
//!
//! `desk_words.rs` finds words in these lists; persistence has the queries in `desk.rs`.

use super::{
    ArticleFilter, ArticleId, ArticleKey, Card, DeskSelection, DeskTerms, DisplayStatus, Rendition, Sort,
    desk_words::Words,
    rendition,
    rights::{Intent, find_for},
};
use crate::{
    access::Permission,
    body::Format,
    context::Context,
    error::{Error, Result},
    page::{Count, Fingerprint, Page, PageRequest, Position, Total},
    store::Repos,
    term::{Term, TermId},
};

/// The parameters that make a list one of the desk, as clients send them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeskParameters {
    /// The statuses of the newest revisions.
    pub status: Option<Vec<DisplayStatus>>,
    /// Only articles that the caller created or is an author of.
    pub mine: bool,
    /// Only articles of which readers have a revision, or only those of which they have none.
    pub is_published: Option<bool>,
    /// Only articles with a revision newer than the published or scheduled one, or only those without.
    pub has_newer_draft: Option<bool>,
    /// Words of the headline, standfirst or slug.
    pub q: Option<String>,
}

/// Which articles of the desk. All conditions must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeskFilter {
    statuses: Vec<DisplayStatus>,
    mine: bool,
    is_published: Option<bool>,
    has_newer_draft: Option<bool>,
    words: Words,
    /// Only its conditions on tags, sections and authors.
    articles: ArticleFilter,
}

impl DeskFilter {
    /// Reads the parameters of a list; `None` if it is a list for readers.
    ///
    /// A list of the desk can also be filtered by tag, section and author. Other filters and sort orders fail with
    /// `status.combined`, and so does `q` alone, which needs one of the desk's other parameters.
    pub fn read(parameters: DeskParameters, articles: &ArticleFilter, sort: Sort) -> Result<Option<Self>> {
        let DeskParameters { status, mine, is_published, has_newer_draft, q } = parameters;
        let names = [
            ("status", status.is_some()),
            ("mine", mine),
            ("isPublished", is_published.is_some()),
            ("hasNewerDraft", has_newer_draft.is_some()),
        ];
        let Some((name, _)) = names.into_iter().find(|(_, is_given)| *is_given) else {
            return match q {
                None => Ok(None),
                Some(_) => {
                    let detail =
                        "searches the desk; combine it with status, mine, isPublished or hasNewerDraft";
                    Err(Error::parameter("q", "status.combined", detail))
                }
            };
        };
        if status.as_ref().is_some_and(Vec::is_empty) {
            return Err(Error::parameter("status", "status.unknown", "must name at least one status"));
        }
        if let Some(other) = articles.conditions.first_set() {
            let detail = format!("cannot be combined with {name}");
            return Err(Error::parameter(other, "status.combined", detail));
        }
        if !matches!(sort, Sort::ModifiedAtDesc | Sort::PublishedAtDesc) {
            let detail =
                format!("cannot be combined with {name}: such a list begins with the last modified article");
            return Err(Error::parameter("sort", "status.combined", detail));
        }
        Ok(Some(Self {
            statuses: statuses(status.unwrap_or_default(), is_published, has_newer_draft),
            mine,
            is_published,
            has_newer_draft,
            words: q.as_deref().map(Words::read).transpose()?.unwrap_or_default(),
            articles: articles.clone(),
        }))
    }
}

/// The statuses that can have articles under these conditions.
pub(super) fn statuses(
    mut wanted: Vec<DisplayStatus>,
    is_published: Option<bool>,
    has_newer_draft: Option<bool>,
) -> Vec<DisplayStatus> {
    if wanted.is_empty() {
        wanted = DisplayStatus::ALL.to_vec();
    }
    wanted.sort_unstable();
    wanted.dedup();
    wanted.retain(|display_status| match display_status {
        DisplayStatus::Published => is_published != Some(false) && has_newer_draft != Some(true),
        DisplayStatus::Scheduled => is_published != Some(true) && has_newer_draft != Some(true),
        _ => true,
    });
    wanted
}

impl DeskTerms {
    fn of(repos: &mut dyn Repos, published: Vec<TermId>) -> Result<Self> {
        let mut drafted = published.clone();
        let mut level = published.clone();
        for _ in 0..Term::MAX_DEPTH {
            if level.is_empty() {
                break;
            }
            level = repos.sections_below(&level)?;
            drafted.extend(&level);
        }
        if !drafted.is_empty() {
            drafted.extend(repos.merged_into(&drafted)?.into_iter().map(|(gone, _)| gone));
        }
        Ok(Self { published, drafted })
    }
}

/// An article on the desk, with its newest revision.
#[derive(Debug, Clone, PartialEq)]
pub struct OnDesk {
    /// The revision as a card.
    pub card: Card,
    /// The source of its body.
    pub body: String,
    /// The format of that source.
    pub body_format: Format,
}

/// Lists the articles of the desk that the caller may read, the last modified first. Callers who may read only
/// their own articles get only those.
///
/// A list with `q` reads articles until the page is full or [`Words::MOST_READ`] articles were read: then the page
/// can be short, or empty, although more follow.
pub fn desk(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    filter: &DeskFilter,
    page: &PageRequest,
) -> Result<Page<OnDesk>> {
    cx.require(Permission::ReadDrafts)?;
    let Some(selection) = select(cx, repos, filter)? else {
        return Ok(Page::empty(page.limit, page.count != Count::None));
    };
    let window =
        page.open(Fingerprint::of(&("desk", filter, selection.own.as_ref().map(|(account, _)| account))))?;
    let mut found = match filter.words.is_empty() {
        true => window.fetch(Position::clone, |window| repos.desk_positions(&selection, window, cx.now))?,
        false => filter.words.search(cx, repos, &selection, &window)?,
    };
    found.total = match page.count {
        Count::None => None,
        Count::Exact | Count::Estimate if filter.words.is_empty() => {
            Some(Total::Exact(repos.desk_count(&selection, cx.now)?))
        }
        Count::Exact | Count::Estimate => Some(filter.words.count(cx, repos, &selection, page.limit)?),
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

/// Resolves the names of a filter; `None` if no article can match.
fn select(cx: &Context<'_>, repos: &mut dyn Repos, filter: &DeskFilter) -> Result<Option<DeskSelection>> {
    let Some(terms) = filter.articles.resolve(repos)? else { return Ok(None) };
    let mut all = Vec::new();
    for group in terms.walk.into_iter().chain(terms.all) {
        all.push(DeskTerms::of(repos, group)?);
    }
    let own = match cx.caller.account() {
        Some(account) if filter.mine || !cx.caller.may(Permission::ReadOthersDrafts) => {
            let authors = repos.authors_of(account)?;
            Some((account, DeskTerms::of(repos, authors)?))
        }
        _ => None,
    };
    let DeskFilter { statuses, is_published, has_newer_draft, .. } = filter;
    Ok(Some(DeskSelection {
        statuses: statuses.clone(),
        own,
        is_published: *is_published,
        has_newer_draft: *has_newer_draft,
        all,
        none: DeskTerms::of(repos, terms.none)?,
    }))
}

/// Renders an article's newest revision, if the caller may read its drafts.
pub fn draft(cx: &Context<'_>, repos: &mut dyn Repos, key: &ArticleKey) -> Result<Rendition> {
    let article = find_for(cx, repos, key, Intent::Read)?;
    rendition::render(cx, repos, &article, article.newest())
}
