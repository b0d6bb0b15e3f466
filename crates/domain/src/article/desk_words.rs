//! Words in lists of the desk.
//!
//! Articles are read in the order of the list and compared here, so the work is limited: see
//! [`Words::MOST_READ`].

use super::{ArticleId, DeskSelection, Document};
use crate::{
    context::Context,
    error::{Error, Result},
    page::{Direction, Limit, Page, Position, Total, Window},
    store::Repos,
    text,
};

/// Words that must all begin a word of the headline, the standfirst or the slug. Case and accents do not count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words(Vec<String>);

impl Words {
    /// A page reads at most this number of articles.
    pub const MOST_READ: usize = 1_000;

    /// The greatest length of the text that words are read from, in characters.
    const MAX_LENGTH: usize = 200;

    /// Reads the words of a text.
    pub(super) fn read(text: &str) -> Result<Self> {
        if text.chars().count() > Self::MAX_LENGTH {
            return Err(Error::parameter("q", "text.too_long", "has at most 200 characters"));
        }
        let words: Vec<String> = words(text).collect();
        match words.is_empty() {
            true => Err(Error::parameter("q", "q.malformed", "must have at least one letter or digit")),
            false => Ok(Self(words)),
        }
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn match_document(&self, document: &Document) -> bool {
        let standfirst = document.standfirst.as_deref().unwrap_or_default();
        let texts = [document.headline.as_str(), standfirst, document.slug.as_str()];
        let found: Vec<String> = texts.into_iter().flat_map(words).collect();
        self.0.iter().all(|wanted| found.iter().any(|word| word.starts_with(wanted)))
    }

    /// Fetches a page of the articles of a selection that have these words.
    pub(super) fn search(
        &self,
        cx: &Context<'_>,
        repos: &mut dyn Repos,
        selection: &DeskSelection,
        window: &Window,
    ) -> Result<Page<Position>> {
        let scan = self.scan(cx, repos, selection, window, window.rows().unsigned_abs() as usize)?;
        // Whether a match lies before a cursor is not looked up: the page says that articles do.
        let mut page = window.close(scan.found, Position::clone);
        if page.edges.is_empty()
            && let Some(position) =
                scan.first.or_else(|| window.after.clone()).or_else(|| window.before.clone())
        {
            page.begin_at(window, &position);
        }
        if let Some(position) = scan.stopped_at {
            page.stop_at(window, &position);
        }
        Ok(page)
    }

    /// Counts the articles of a selection that have these words: at least, if there are more articles than are
    /// read.
    pub(super) fn count(
        &self,
        cx: &Context<'_>,
        repos: &mut dyn Repos,
        selection: &DeskSelection,
        limit: Limit,
    ) -> Result<Total> {
        let window = crate::page::PageRequest::first(limit).open(crate::page::Fingerprint::of(&"count"))?;
        let scan = self.scan(cx, repos, selection, &window, usize::MAX)?;
        let count = scan.found.len() as u64;
        Ok(if scan.stopped_at.is_some() { Total::AtLeast(count) } else { Total::Exact(count) })
    }

    /// Reads articles in the window's direction until this number matches, none is left, or
    /// [`Self::MOST_READ`] were read.
    fn scan(
        &self,
        cx: &Context<'_>,
        repos: &mut dyn Repos,
        selection: &DeskSelection,
        window: &Window,
        wanted: usize,
    ) -> Result<Scan> {
        let (mut found, mut first) = (Vec::new(), None);
        let mut step = window.sized(Limit::GREATEST);
        let size = step.limit.get() as usize;
        for _ in 0..Self::MOST_READ / size {
            let mut positions = repos.desk_positions(selection, &step, cx.now)?;
            let has_more = positions.len() > size;
            positions.truncate(size);
            let Some(last) = positions.last().cloned() else {
                return Ok(Scan { found, first, stopped_at: None });
            };
            first = first.or_else(|| positions.first().cloned());
            let ids: Vec<ArticleId> = positions.iter().map(|one| ArticleId::from_bytes(one.id)).collect();
            let articles = repos.articles(&ids)?;
            let matching = |position: &Position| {
                let article = articles.iter().find(|article| article.id.bytes() == position.id);
                article.is_some_and(|article| self.match_document(&article.document))
            };
            found.extend(positions.into_iter().filter(matching));
            if found.len() >= wanted || !has_more {
                found.truncate(wanted);
                return Ok(Scan { found, first, stopped_at: None });
            }
            match step.direction {
                Direction::Forward => step.after = Some(last),
                Direction::Backward => step.before = Some(last),
            }
        }
        let stopped_at = match step.direction {
            Direction::Forward => step.after,
            Direction::Backward => step.before,
        };
        Ok(Scan { found, first, stopped_at })
    }
}

/// What a scan found, and where it stopped although more articles follow.
struct Scan {
    found: Vec<Position>,
    /// The first article that was read.
    first: Option<Position>,
    stopped_at: Option<Position>,
}

fn words(text: &str) -> impl Iterator<Item = String> {
    let folded = text::fold(text);
    let words: Vec<String> = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    words.into_iter()
}
