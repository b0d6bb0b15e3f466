//! Finds related articles, and fills up short lists with the newest articles.

use std::collections::{HashMap, HashSet};

use super::{
    Part, Probe, Profile, Related, Source, Weight,
    scoring::{Ranked, Scale, rank},
};
use crate::{
    article::{ArticleId, Conditions, Parts, Selection, Sort, by_ids},
    context::Context,
    error::Result,
    id::ById,
    language::Language,
    page::{Fingerprint, Limit, PageRequest},
    store::Repos,
    term::{Role, TermId},
};

/// The maximum number of candidate rows read for one article.
pub const BUDGET: u64 = 250;

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
