//! Renders any revision the way readers would see it once published.
//!
//! It reads the document itself, not the tables of published articles. The newsroom's desk and previews
//! use it.

use std::collections::HashMap;

use super::{Article, ArticleId, Card, DisplayStatus, Document, Parts, Revision, Status, term_aliases};
use crate::{
    body::Body,
    context::Context,
    error::Result,
    id::ById,
    media::{Media, MediaId},
    site::Site,
    store::Repos,
    term::{Term, TermId},
    time::Time,
};

/// A revision with its body derived.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendition {
    /// The revision as a card. If it has no publication time, the card has the time the revision was saved.
    pub card: Card,
    /// The whole body.
    pub body: Body,
}

/// Renders a revision of an article.
pub(crate) fn render(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    article: &Article,
    revision: Revision,
) -> Result<Rendition> {
    let body = Body::derive(&revision.document.body, revision.document.body_format)?;
    let draft = Draft { article, number: revision.number, at: revision.at, document: revision.document };
    let card = cards(cx, repos, vec![draft])?.pop().ok_or_else(super::list::not_found)?;
    Ok(Rendition { card, body })
}

/// Renders the newest revisions of articles as cards, in the order of `articles`.
pub(crate) fn render_newest(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    articles: &[Article],
) -> Result<Vec<Card>> {
    let drafts = articles.iter().map(|article| Draft {
        article,
        number: article.revision,
        at: article.modified_at,
        document: article.document.clone(),
    });
    cards(cx, repos, drafts.collect())
}

struct Draft<'a> {
    article: &'a Article,
    number: u32,
    at: Time,
    document: Document,
}

impl Draft<'_> {
    /// Whether the article's newest revision is newer than the one that is published or scheduled.
    fn has_newer_draft(&self) -> bool {
        self.article.published.as_ref().is_some_and(|seen| seen.revision != self.article.revision)
    }

    fn media(&self) -> impl Iterator<Item = MediaId> {
        self.document.lead_media.into_iter().chain(self.document.seo.image)
    }
}

fn cards(cx: &Context<'_>, repos: &mut dyn Repos, mut drafts: Vec<Draft<'_>>) -> Result<Vec<Card>> {
    let mut documents: Vec<&mut Document> = drafts.iter_mut().map(|draft| &mut draft.document).collect();
    term_aliases::settle(repos, &mut documents)?;
    let named: Vec<TermId> = documents.iter().flat_map(|document| document.terms()).collect();
    let terms: HashMap<TermId, Term> = match named.is_empty() {
        true => HashMap::new(),
        false => repos.terms(&named, cx.now)?.into_iter().map(|term| (term.id, term)).collect(),
    };
    let media_ids: Vec<MediaId> = drafts.iter().flat_map(Draft::media).collect();
    let media: HashMap<MediaId, Media> = match media_ids.is_empty() {
        true => HashMap::new(),
        false => repos.media(&media_ids)?.into_iter().map(|one| (one.id, one)).collect(),
    };
    let Site { article_path, url, .. } = repos.site()?.unwrap_or_default();
    let ids: Vec<ArticleId> = drafts.iter().map(|draft| draft.article.id).collect();
    let seen: ById<ArticleId, Card> =
        repos.cards(&ids, cx.now, Parts::NONE)?.into_iter().map(|card| (card.id, card)).collect();
    let replaced: Vec<ArticleId> =
        drafts.iter().filter(|draft| draft.has_newer_draft()).map(|draft| draft.article.id).collect();
    let published: ById<ArticleId, Option<Time>> = match replaced.is_empty() {
        true => ById::default(),
        false => repos
            .published_revisions(&replaced)?
            .into_iter()
            .map(|revision| (revision.article, revision.document.published_at))
            .collect(),
    };
    let card = |draft: &Draft<'_>| {
        let document = &draft.document;
        let named = |ids: &mut dyn Iterator<Item = TermId>| {
            ids.filter_map(|id| terms.get(&id).cloned()).collect::<Vec<Term>>()
        };
        let authors = named(&mut document.authors.iter().map(|id| TermId::from(*id)));
        let names = || authors.iter().map(|author| author.name.as_str()).collect::<Vec<_>>().join(", ");
        let published_at = document.published_at.unwrap_or(draft.at);
        Card {
            id: draft.article.id,
            revision: draft.number,
            display_status: DisplayStatus::of(document.status, document.published_at, cx.now),
            is_published: match draft.has_newer_draft() {
                true => published.get(&draft.article.id).is_some_and(|at| at.is_some_and(|at| at <= cx.now)),
                false => {
                    let at = draft.article.document.published_at;
                    draft.article.published.is_some() && at.is_some_and(|at| at <= cx.now)
                }
            },
            has_newer_draft: Some(draft.has_newer_draft()),
            kind: document.kind,
            slug: document.slug.clone(),
            headline: document.headline.clone(),
            kicker: document.kicker.clone(),
            standfirst: document.standfirst.clone(),
            byline: document.byline.clone().or_else(|| (!authors.is_empty()).then(names)),
            section: named(&mut document.section.iter().map(|id| TermId::from(*id))).pop(),
            lead_media: document.lead_media.and_then(|id| media.get(&id).cloned()),
            seo: document.seo.clone(),
            seo_image: document.seo.image.and_then(|id| media.get(&id).cloned()),
            comment_count: seen.get(&draft.article.id).map_or(0, |card| card.comment_count),
            article_path: article_path.clone(),
            site_url: url.clone(),
            tags: named(&mut document.tags.iter().map(|id| TermId::from(*id))),
            authors,
            language: document.language.clone(),
            published_at,
            first_published_at: draft.article.first_published_at.unwrap_or(published_at),
            modified_at: match document.status {
                Status::Published => draft.at.max(published_at),
                _ => draft.at,
            },
            comments_open: document.comments_open,
            access: document.access,
            hide_ads: document.hide_ads,
            sensitive: document.sensitive,
            alias_paths: document.alias_paths.clone(),
            corrections: document.corrections.clone(),
            translation_of: document.translation_of,
            show_in_related: document.show_in_related,
        }
    };
    Ok(drafts.iter().map(card).collect())
}
