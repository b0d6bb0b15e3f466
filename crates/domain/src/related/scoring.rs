//! Scores candidates and ranks them.

use std::{cmp::Reverse, collections::HashSet};

use super::{Neighbour, PartKind, Profile, Source, Weight};
use crate::{
    article::ArticleId,
    id::ById,
    page::Limit,
    term::{Role, TagType, TermId},
};

const TAGS: f64 = 0.8;

const SECTION: f64 = 0.1;

const AUTHORS: f64 = 0.1;

/// The share of the score that is lost at the greatest distance in time.
const TIME: f64 = 0.1;

/// The distance in days at which half of [`TIME`] is lost.
const HALF_LIFE_DAYS: f64 = 180.0;

impl Weight {
    pub(super) fn of(self, all: u64) -> f64 {
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

/// An entry of a ranking, before its article is loaded.
pub(super) struct Ranked {
    pub(super) id: ArticleId,
    pub(super) score: f64,
    pub(super) source: Source,
    pub(super) parts: Vec<(PartKind, Option<TermId>, f64)>,
    pub(super) time_factor: f64,
}

impl Ranked {
    pub(super) fn unscored(id: ArticleId, source: Source) -> Self {
        Self { id, score: 0.0, source, parts: Vec::new(), time_factor: 1.0 }
    }
}

/// An article, with the precomputed values for scoring others against it.
pub(super) struct Scale<'w> {
    profile: &'w Profile,
    tags: Vec<TermId>,
    authors: Vec<TermId>,
    section: Option<TermId>,
    norm: f64,
    weights: &'w ById<TermId, f64>,
}

impl<'w> Scale<'w> {
    pub(super) fn of(profile: &'w Profile, weights: &'w ById<TermId, f64>) -> Self {
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
pub(super) fn rank<'n>(
    scale: &Scale<'_>,
    found: impl Iterator<Item = &'n Neighbour>,
    limit: Limit,
) -> Vec<Ranked> {
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
