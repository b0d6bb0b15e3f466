//! Related articles: what to read next, and the reasons.
//!
//! The score is the cosine similarity of the tag vectors, plus points for a shared section and shared
//! authors. Tags are weighted by rarity and type, and the cosine keeps articles with many tags from always
//! winning. Distance in time reduces the score by at most a tenth.
//!
//! Candidates come from an index, rarest shared term first and nearest in time first, within a budget of
//! rows. So the cost does not grow with unrelated articles, nor with a tag that a third of all articles
//! have. The statements are behind [`crate::store::RelatedData`].

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
    sync::Arc,
};

use crate::{
    article::{ArticleId, Card, Conditions, Parts, Selection, Sort, by_ids},
    context::Context,
    error::Result,
    id::ById,
    language::Language,
    page::{Fingerprint, Limit, PageRequest},
    store::Repos,
    term::{Role, TagType, Term, TermId},
    time::Time,
};

/// The maximum number of candidate rows read for one article.
pub const BUDGET: u64 = 250;

const TAGS: f64 = 0.8;
const SECTION: f64 = 0.1;
const AUTHORS: f64 = 0.1;
/// The share of the score that is lost at the greatest distance in time.
const TIME: f64 = 0.1;
/// The distance in days at which half of [`TIME`] is lost.
const HALF_LIFE_DAYS: f64 = 180.0;

/// Why an article is in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// An editor put it there.
    Pinned,
    /// It shares tags or authors.
    Related,
    /// It fills the list: it is one of the newest in the same section.
    Section,
    /// It fills the list: it is one of the newest of all articles.
    Latest,
}

/// One part of a score: the points for something two articles share.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// What is shared.
    pub kind: PartKind,
    /// The shared tag, if a tag is shared.
    pub tag: Option<Term>,
    /// The points it adds, before the time factor.
    pub points: f64,
}

/// What two articles share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum PartKind {
    Tag,
    Section,
    Author,
}

/// A related article.
#[derive(Debug, Clone, PartialEq)]
pub struct Related {
    /// The article.
    pub card: Card,
    /// The time factor times the sum of the parts' points. From 0 to 1.
    pub score: f64,
    /// Why it is in the list.
    pub source: Source,
    /// The parts of the score.
    pub parts: Vec<Part>,
    /// The factor for distance in time. From 0.9 to 1.
    pub time_factor: f64,
}

/// The data of an article that related articles are computed from.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// The article.
    pub id: ArticleId,
    /// Its publication time.
    pub published_at: Time,
    /// Its language.
    pub language: Language,
    /// Its tags, authors and section, without the section's parents.
    pub terms: Vec<(Role, TermId)>,
    /// Articles an editor puts first, in order.
    pub pins: Vec<ArticleId>,
    /// Articles an editor excludes.
    pub blocks: Vec<ArticleId>,
}

/// A query of the index: the articles with a term that are nearest in time.
#[derive(Debug, Clone, PartialEq)]
pub struct Probe {
    /// The index of the article the query is for. Its results have the same number.
    pub source: usize,
    /// The term.
    pub term: TermId,
    /// The time to be near to.
    pub at: Time,
    /// The maximum number of articles at or before that time.
    pub earlier: u64,
    /// The maximum number of articles after it.
    pub later: u64,
    /// Only articles in this language or a narrower one, such as `en-GB` for `en`.
    pub language: Language,
}

/// An article that a probe found.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbour {
    /// The [`Probe::source`] it was found for.
    pub source: usize,
    /// The article.
    pub id: ArticleId,
    /// Its publication time.
    pub published_at: Time,
    /// Its tags, authors and section, without the section's parents.
    pub terms: Arc<[(Role, TermId)]>,
}

/// The data that the weight of a term is computed from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weight {
    /// The number of listed articles with this term that readers see.
    pub articles: u64,
    /// The type, if the term is a tag.
    pub tag_type: TagType,
}

impl Weight {
    fn of(self, all: u64) -> f64 {
        let idf = (1.0 + all as f64 / self.articles.max(1) as f64).ln();
        idf * match self.tag_type {
            TagType::Event | TagType::Series => 1.2,
            TagType::Keyword | TagType::Person | TagType::Organisation | TagType::Campaign => 1.0,
            TagType::Place => 0.8,
            // A tone, such as opinion, says little about the subject.
            TagType::Tone => 0.2,
        }
    }
}

/// Returns the related articles of each of `ids`, best first.
///
/// Articles that readers do not see are missing from the map.
pub fn of_each(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    ids: &[ArticleId],
    limit: Limit,
    parts: Parts,
) -> Result<HashMap<ArticleId, Vec<Related>>> {
    let profiles = repos.profiles(ids, cx.now)?;
    if profiles.is_empty() {
        return Ok(HashMap::new());
    }
    let own_terms: Vec<_> =
        profiles.iter().flat_map(|profile| &profile.terms).map(|(_, term)| *term).collect();
    let mut weights = repos.weights(&distinct(own_terms), cx.now)?;
    let all = repos.listed_articles(cx.now)?;

    let probes: Vec<_> =
        profiles.iter().enumerate().flat_map(|(n, profile)| probes(n, profile, &weights)).collect();
    let neighbours = if probes.is_empty() { Vec::new() } else { repos.neighbours(&probes, cx.now)? };

    let their_terms: Vec<_> = neighbours
        .iter()
        .flat_map(|neighbour| neighbour.terms.iter())
        .filter(|(role, term)| *role == Role::Tag && !weights.contains_key(term))
        .map(|(_, term)| *term)
        .collect();
    weights.extend(repos.weights(&distinct(their_terms), cx.now)?);

    let weights: ById<TermId, f64> = weights.into_iter().map(|(id, weight)| (id, weight.of(all))).collect();

    let mut rankings: Vec<Vec<Ranked>> = profiles
        .iter()
        .enumerate()
        .map(|(n, profile)| {
            let found = neighbours.iter().filter(|neighbour| neighbour.source == n);
            rank(&Scale::of(profile, &weights), found, limit)
        })
        .collect();
    fill_up(cx, repos, &profiles, &mut rankings, limit)?;
    with_cards(cx, repos, &profiles, rankings, limit, parts)
}

fn distinct(mut terms: Vec<TermId>) -> Vec<TermId> {
    terms.sort_unstable();
    terms.dedup();
    terms
}

/// Spends the budget on the rarest terms first, and on tags before authors of the same rarity.
fn probes(source: usize, profile: &Profile, weights: &ById<TermId, Weight>) -> Vec<Probe> {
    let mut terms: Vec<_> = profile
        .terms
        .iter()
        .filter(|(role, _)| *role != Role::Section)
        .filter_map(|(role, term)| weights.get(term).map(|weight| (weight.articles, *role, *term)))
        .collect();
    terms.sort_unstable();
    let mut budget = BUDGET;
    let mut probes = Vec::new();
    for (articles, _, term) in terms {
        if budget == 0 {
            break;
        }
        let (earlier, later) =
            if articles <= budget { (articles, articles) } else { (budget.div_ceil(2), budget / 2) };
        budget -= articles.min(budget);
        let language = primary(&profile.language);
        probes.push(Probe { source, term, at: profile.published_at, earlier, later, language });
    }
    probes
}

/// Returns the language without region or script, because readers of `en-GB` also read `en-US`.
fn primary(language: &Language) -> Language {
    let first = language.as_str().split('-').next().unwrap_or_default();
    first.parse().unwrap_or_else(|_| language.clone())
}

/// An entry of a ranking, before its article is loaded.
struct Ranked {
    id: ArticleId,
    score: f64,
    source: Source,
    parts: Vec<(PartKind, Option<TermId>, f64)>,
    time_factor: f64,
}

impl Ranked {
    fn unscored(id: ArticleId, source: Source) -> Self {
        Self { id, score: 0.0, source, parts: Vec::new(), time_factor: 1.0 }
    }
}

/// An article, with the precomputed values for scoring others against it.
struct Scale<'w> {
    profile: &'w Profile,
    tags: Vec<TermId>,
    authors: Vec<TermId>,
    section: Option<TermId>,
    norm: f64,
    weights: &'w ById<TermId, f64>,
}

impl<'w> Scale<'w> {
    fn of(profile: &'w Profile, weights: &'w ById<TermId, f64>) -> Self {
        let tags: Vec<_> = of_role(&profile.terms, Role::Tag).collect();
        Self {
            norm: norm(tags.iter().copied(), weights),
            authors: of_role(&profile.terms, Role::Author).collect(),
            section: of_role(&profile.terms, Role::Section).next(),
            profile,
            tags,
            weights,
        }
    }

    fn norms(&self, other: &Neighbour) -> f64 {
        self.norm * norm(of_role(&other.terms, Role::Tag), self.weights)
    }

    /// Returns the points for all shared tags, the section and the authors.
    fn points(&self, other: &Neighbour) -> [f64; 3] {
        let norms = self.norms(other);
        let theirs = || of_role(&other.terms, Role::Tag);
        let shared = theirs().filter(|tag| self.tags.contains(tag));
        let tags = if norms > 0.0 { shared.map(|tag| self.tag(tag, norms)).sum() } else { 0.0 };
        let section = of_role(&other.terms, Role::Section).any(|section| Some(section) == self.section);
        [tags, if section { SECTION } else { 0.0 }, self.authors(other)]
    }

    fn tag(&self, tag: TermId, norms: f64) -> f64 {
        TAGS * self.weights.get(&tag).copied().unwrap_or_default().powi(2) / norms
    }

    fn authors(&self, other: &Neighbour) -> f64 {
        let theirs = of_role(&other.terms, Role::Author).count();
        let shared =
            of_role(&other.terms, Role::Author).filter(|author| self.authors.contains(author)).count();
        if shared == 0 {
            return 0.0;
        }
        AUTHORS * (shared as f64 / (self.authors.len() as f64 * theirs as f64).sqrt())
    }

    fn time_factor(&self, other: &Neighbour) -> f64 {
        let days = self.profile.published_at.days_between(other.published_at);
        1.0 - TIME * (1.0 - (-days / HALF_LIFE_DAYS * std::f64::consts::LN_2).exp())
    }

    fn score(&self, other: &Neighbour) -> f64 {
        (self.time_factor(other) * self.points(other).iter().sum::<f64>()).min(1.0)
    }

    /// Returns the score with its parts: tags with the most points first, then section and authors.
    fn explained(&self, other: &Neighbour) -> Ranked {
        let norms = self.norms(other);
        let mut parts: Vec<_> = of_role(&other.terms, Role::Tag)
            .filter(|tag| norms > 0.0 && self.tags.contains(tag))
            .map(|tag| (PartKind::Tag, Some(tag), self.tag(tag, norms)))
            .collect();
        parts.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.1.cmp(&b.1)));
        let [_, section, authors] = self.points(other);
        for (kind, points) in [(PartKind::Section, section), (PartKind::Author, authors)] {
            if points > 0.0 {
                parts.push((kind, None, points));
            }
        }
        let time_factor = self.time_factor(other);
        let points: f64 = parts.iter().map(|(_, _, points)| points).sum();
        Ranked {
            id: other.id,
            score: (time_factor * points).min(1.0),
            source: Source::Related,
            parts,
            time_factor,
        }
    }
}

fn of_role(terms: &[(Role, TermId)], wanted: Role) -> impl Iterator<Item = TermId> {
    terms.iter().filter(move |(role, _)| *role == wanted).map(|(_, term)| *term)
}

fn norm(tags: impl Iterator<Item = TermId>, weights: &ById<TermId, f64>) -> f64 {
    tags.map(|tag| weights.get(&tag).copied().unwrap_or_default().powi(2)).sum::<f64>().sqrt()
}

/// Ranks the candidates: pinned articles first, then by score.
///
/// Scores are compared in whole billionths, so that rounding errors do not affect the order. The parts of
/// scores are only computed for articles in the result.
fn rank<'n>(scale: &Scale<'_>, found: impl Iterator<Item = &'n Neighbour>, limit: Limit) -> Vec<Ranked> {
    let profile = scale.profile;
    let mut scored: Vec<_> = found
        .filter(|neighbour| neighbour.id != profile.id)
        .map(|neighbour| ((scale.score(neighbour) * 1e9).round() as i64, neighbour))
        .filter(|(billionths, _)| *billionths > 0)
        .collect();
    scored.sort_by_key(|(billionths, other)| (Reverse((*billionths, other.published_at)), other.id));

    let mut seen = HashSet::from([profile.id]);
    seen.extend(&profile.blocks);
    let mut ranking: Vec<Ranked> = Vec::new();
    for pin in &profile.pins {
        if seen.insert(*pin) {
            let known = scored.iter().find(|(_, other)| other.id == *pin);
            let known = known.map(|(_, other)| scale.explained(other));
            ranking.push(Ranked {
                source: Source::Pinned,
                ..known.unwrap_or_else(|| Ranked::unscored(*pin, Source::Pinned))
            });
        }
    }
    let best = scored.into_iter().filter(|(_, other)| seen.insert(other.id)).take(limit.get() as usize);
    ranking.extend(best.map(|(_, other)| scale.explained(other)));
    ranking
}

/// Fills short rankings with the newest articles of the section, then with the newest of all.
///
/// Both are always read, in one statement, so that the number of statements does not depend on the data.
fn fill_up(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    profiles: &[Profile],
    rankings: &mut [Vec<Ranked>],
    limit: Limit,
) -> Result<()> {
    let mut selections = Vec::new();
    let mut asking = Vec::new();
    for (n, (profile, ranking)) in profiles.iter().zip(rankings.iter()).enumerate() {
        let mut exclude = vec![profile.id];
        exclude.extend(ranking.iter().map(|ranked| ranked.id).chain(profile.blocks.iter().copied()));
        let language = Some(primary(&profile.language));
        let conditions = Conditions { language, exclude, only_related: true, ..Conditions::default() };
        let section =
            profile.terms.iter().find(|(role, _)| *role == Role::Section).map(|(_, term)| vec![*term]);
        let walks = section
            .map(|section| (Some(section), Source::Section))
            .into_iter()
            .chain([(None, Source::Latest)]);
        for (walk, source) in walks {
            selections.push(Selection { walk, conditions: conditions.clone(), ..Selection::default() });
            asking.push((n, source));
        }
    }
    let window = PageRequest::first(limit).open(Fingerprint::of(&"related"))?;
    let found = repos.article_positions(&selections, Sort::PublishedAtDesc, &window, cx.now)?;
    for ((n, source), positions) in asking.into_iter().zip(found) {
        for position in positions {
            let id = ArticleId::from_bytes(position.id);
            if rankings[n].iter().all(|ranked| ranked.id != id) {
                rankings[n].push(Ranked::unscored(id, source));
            }
        }
    }
    // A pinned article may no longer be public. One extra article for each pin keeps the list full.
    for ranking in rankings {
        let pins = ranking.iter().filter(|ranked| ranked.source == Source::Pinned).count();
        ranking.truncate(limit.get() as usize + pins);
    }
    Ok(())
}

fn with_cards(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    profiles: &[Profile],
    rankings: Vec<Vec<Ranked>>,
    limit: Limit,
    parts: Parts,
) -> Result<HashMap<ArticleId, Vec<Related>>> {
    let wanted: HashSet<_> = rankings.iter().flatten().map(|ranked| ranked.id).collect();
    let mut wanted: Vec<_> = wanted.into_iter().collect();
    wanted.sort_unstable();
    let cards = by_ids(cx, repos, &wanted, parts)?;
    let tags: Vec<_> =
        rankings.iter().flatten().flat_map(|ranked| &ranked.parts).filter_map(|(_, tag, _)| *tag).collect();
    let tags: HashMap<_, _> = if tags.is_empty() {
        HashMap::new()
    } else {
        repos.terms(&distinct(tags), cx.now)?.into_iter().map(|tag| (tag.id, tag)).collect()
    };
    let related = |ranked: Ranked| {
        let card = cards.get(&ranked.id.bytes()).filter(|card| card.show_in_related)?.clone();
        let parts = ranked
            .parts
            .into_iter()
            .map(|(kind, tag, points)| Part {
                kind,
                tag: tag.and_then(|tag| tags.get(&tag).cloned()),
                points,
            })
            .collect();
        Some(Related {
            card,
            score: ranked.score,
            source: ranked.source,
            parts,
            time_factor: ranked.time_factor,
        })
    };
    Ok(profiles
        .iter()
        .zip(rankings)
        .map(|(profile, ranking)| {
            (profile.id, ranking.into_iter().filter_map(related).take(limit.get() as usize).collect())
        })
        .collect())
}
