//! Random filters, and lists that change while they are read, compared with a naive model.

use std::collections::{BTreeMap, BTreeSet};

use proptest::{
    collection::vec,
    option,
    prelude::{Strategy, prop_oneof},
    sample::{select, subsequence},
    test_runner::{Config, TestRng, TestRunner},
};
use serde_json::{Value, json};

use crate::support::{
    Site,
    newsroom::{Story, folded, is_within, lines, stories},
    on_each_database,
};

const SORTS: [(&str, &str); 5] = [
    ("-publishedAt", "PUBLISHED_AT_DESC"),
    ("publishedAt", "PUBLISHED_AT_ASC"),
    ("-modifiedAt", "MODIFIED_AT_DESC"),
    ("modifiedAt", "MODIFIED_AT_ASC"),
    ("headline", "HEADLINE_ASC"),
];

/// Returns a runner with the same inputs in each run. Set `PROPTEST_CASES` to run more of them.
fn runner(cases: u32) -> TestRunner {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(cases);
    let config = Config { cases, max_shrink_iters: 60, failure_persistence: None, ..Config::default() };
    let algorithm = config.rng_algorithm;
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(algorithm))
}

/// A filter by terms: the article must have a term of each group in `all`, and none of `none`.
#[derive(Debug, Clone, Default)]
struct Set {
    all: Vec<Vec<String>>,
    none: Vec<String>,
}

impl Set {
    fn holds(&self, has: impl Fn(&str) -> bool) -> bool {
        self.all.iter().all(|group| group.iter().any(|name| has(name)))
            && !self.none.iter().any(|name| has(name))
    }

    fn rest(&self) -> Option<String> {
        let groups = self.all.iter().map(|group| group.join("|"));
        let parts: Vec<String> = groups.chain(self.none.iter().map(|name| format!("-{name}"))).collect();
        (!parts.is_empty()).then(|| parts.join(","))
    }
}

fn set(names: Vec<&'static str>) -> impl Strategy<Value = Set> {
    let most = names.len();
    let group = vec(select(names.clone()), 1..4);
    (vec(group, 0..3), vec(select(names), 0..most.min(3))).prop_map(|(all, none)| Set {
        all: all.into_iter().map(|group| group.into_iter().map(str::to_owned).collect()).collect(),
        none: none.into_iter().map(str::to_owned).collect(),
    })
}

#[derive(Debug, Clone)]
struct Filter {
    tags: Set,
    sections: Set,
    authors: Set,
    language: Option<&'static str>,
    kinds: Option<Vec<&'static str>>,
    published_after: Option<&'static str>,
    published_before: Option<&'static str>,
    modified_after: Option<&'static str>,
}

const MOMENTS: [&str; 5] = [
    "2025-01-01T01:00:00Z",
    "2025-02-01T00:00:00Z",
    "2025-03-01T02:00:00Z",
    "2025-05-02T00:00:00Z",
    "2026-01-01T00:00:00Z",
];

fn filter() -> impl Strategy<Value = Filter> {
    let sets = (
        set(vec!["tag-0", "tag-1", "tag-2", "tag-3", "tag-4", "tag-5", "tag-8", "no-such-tag"]),
        set(vec!["world", "asia", "sport", "football", "no-such-section"]),
        set(vec!["author-0", "author-1", "author-2", "author-3", "author-4"]),
    );
    // Three in four of these are empty. Otherwise most filters would match nothing.
    let rare = |strategy| prop_oneof![3 => proptest::prelude::Just(Set::default()), 1 => strategy];
    (
        sets.0,
        rare(sets.1.boxed()),
        rare(sets.2.boxed()),
        option::weighted(0.2, select(vec!["en", "en-GB", "de", "eng", "fr"])),
        option::weighted(0.3, subsequence(vec!["article", "video", "liveblog", "page"], 1..4)),
        option::weighted(0.2, select(&MOMENTS[..])),
        option::weighted(0.2, select(&MOMENTS[..])),
        option::weighted(0.2, select(&MOMENTS[..])),
    )
        .prop_map(
            |(
                tags,
                sections,
                authors,
                language,
                kinds,
                published_after,
                published_before,
                modified_after,
            )| Filter {
                tags,
                sections,
                authors,
                language,
                kinds,
                published_after,
                published_before,
                modified_after,
            },
        )
}

impl Filter {
    fn wants(&self, story: &Story) -> bool {
        let narrower =
            |wanted: &str| story.language == wanted || story.language.starts_with(&format!("{wanted}-"));
        self.tags.holds(|name| story.tags.iter().any(|tag| tag == name))
            && self.sections.holds(|name| is_within(story.section, name))
            && self.authors.holds(|name| story.authors.iter().any(|author| author == name))
            && self.language.is_none_or(narrower)
            && self.kinds.as_ref().map_or(story.kind != "page", |kinds| kinds.contains(&story.kind))
            && self.published_after.is_none_or(|moment| story.published_at.as_str() > moment)
            && self.published_before.is_none_or(|moment| story.published_at.as_str() < moment)
            && self.modified_after.is_none_or(|moment| story.modified_at.as_str() > moment)
    }

    fn rest(&self) -> String {
        let parts = [
            ("tag", self.tags.rest()),
            ("section", self.sections.rest()),
            ("author", self.authors.rest()),
            ("language", self.language.map(str::to_owned)),
            ("kind", self.kinds.as_ref().map(|kinds| kinds.join(","))),
            ("publishedAfter", self.published_after.map(str::to_owned)),
            ("publishedBefore", self.published_before.map(str::to_owned)),
            ("modifiedAfter", self.modified_after.map(str::to_owned)),
        ];
        parts.into_iter().filter_map(|(name, value)| Some(format!("&{name}={}", value?))).collect()
    }

    fn graphql(&self) -> Value {
        let set = |set: &Set| json!({ "all": set.all, "none": set.none });
        json!({
            "tags": set(&self.tags), "sections": set(&self.sections), "authors": set(&self.authors),
            "language": self.language,
            "kind": self.kinds.as_ref().map(|kinds| kinds.iter().map(|kind| kind.to_uppercase()).collect::<Vec<_>>()),
            "publishedAfter": self.published_after, "publishedBefore": self.published_before,
            "modifiedAfter": self.modified_after,
        })
    }
}

/// Returns the sort key of an article.
fn key(story: &Story, sort: &str) -> String {
    match sort {
        "-publishedAt" | "publishedAt" => story.published_at.clone(),
        "-modifiedAt" | "modifiedAt" => story.modified_at.clone(),
        _ => folded(&story.headline),
    }
}

const LIST: &str = "query ($filter: ArticleFilter, $sort: ArticleSort!) {
    articles(first: 100, filter: $filter, sort: $sort) { totalCount nodes { id } }
}";

/// Maximum number of pages. No list here has as many.
const MOST_PAGES: usize = 60;

/// Reads a list from one end to the other and calls `between` after each page. Returns ids and slugs.
fn walk(site: &Site, query: &str, backwards: bool, mut between: impl FnMut()) -> Vec<(String, String)> {
    let (parameter, more) = if backwards { ("before", "previous") } else { ("after", "next") };
    let mut seen = Vec::new();
    // To page backwards, go to the last page first and start with its `previous` cursor.
    let mut at = String::new();
    if backwards {
        let mut page = site.get(&format!("/v1/articles?fields=slug{query}")).ok();
        take(&page["data"], false, &mut seen);
        for _ in 0..MOST_PAGES {
            let Some(cursor) = page["page"]["next"].as_str() else { break };
            page = site.get(&format!("/v1/articles?fields=slug{query}&after={cursor}")).ok();
            seen.clear();
            take(&page["data"], false, &mut seen);
        }
        seen.reverse();
        match page["page"]["previous"].as_str() {
            Some(cursor) => at = format!("&before={cursor}"),
            None => return seen,
        }
        between();
    }
    for _ in 0..MOST_PAGES {
        let page = site.get(&format!("/v1/articles?fields=slug{query}{at}")).ok();
        take(&page["data"], backwards, &mut seen);
        match page["page"][more].as_str() {
            Some(cursor) => at = format!("&{parameter}={cursor}"),
            None => return seen,
        }
        between();
    }
    panic!("{query} has no end");
}

fn take(items: &Value, backwards: bool, seen: &mut Vec<(String, String)>) {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let items = items.as_array().expect("a list");
    let mut new: Vec<_> = items.iter().map(|one| (text(&one["id"]), text(&one["slug"]))).collect();
    if backwards {
        new.reverse();
    }
    seen.extend(new);
}

const PAGE: &str = "query ($sort: ArticleSort!, $first: Int, $after: String, $last: Int, $before: String) {
    articles(sort: $sort, first: $first, after: $after, last: $last, before: $before) {
        nodes { id slug } pageInfo { startCursor endCursor hasPreviousPage hasNextPage }
    }
}";

/// Reads a GraphQL connection as [`walk`] reads a list.
fn walk_connection(
    site: &Site,
    sort: &str,
    limit: usize,
    backwards: bool,
    mut between: impl FnMut(),
) -> Vec<(String, String)> {
    let [size, cursor, more, edge] = match backwards {
        true => ["last", "before", "hasPreviousPage", "startCursor"],
        false => ["first", "after", "hasNextPage", "endCursor"],
    };
    let mut seen = Vec::new();
    let mut at = Value::Null;
    for _ in 0..MOST_PAGES {
        let page = site.ask(PAGE, json!({ "sort": sort, size: limit, cursor: at }))["articles"].take();
        take(&page["nodes"], backwards, &mut seen);
        if page["pageInfo"][more] == false {
            return seen;
        }
        at = page["pageInfo"][edge].clone();
        between();
    }
    panic!("by {sort}, it has no end");
}

/// A change of the newsroom between two pages.
#[derive(Debug, Clone)]
enum Change {
    /// Adds an article with the times and the headline of article `n`.
    Insert(usize),
    /// Unpublishes article `n`.
    Remove(usize),
}

on_each_database! {
    fn any_filter_matches_the_model_in_both_apis(kind) {
        let stories = stories(70);
        let site = Site::with(kind, &lines(&stories));
        let input = (filter(), select(&SORTS[..]), select(vec![4_usize, 19, 100]));
        let ran = runner(120).run(&input, |(filter, (rest, graphql), limit)| {
            let query = format!("&sort={rest}&limit={limit}&count=exact{}", filter.rest());
            let expected: BTreeMap<&str, &Story> =
                stories.iter().filter(|story| filter.wants(story)).map(|story| (story.slug.as_str(), story)).collect();

            let found = walk(&site, &query, false, || ());

            let slugs: BTreeSet<&str> = found.iter().map(|(_, slug)| slug.as_str()).collect();
            assert_eq!(slugs, expected.keys().copied().collect(), "{query}");
            assert_eq!(found.len(), slugs.len(), "something comes twice: {query}");
            let places: Vec<(String, &str)> =
                found.iter().map(|(id, slug)| (key(expected[slug.as_str()], rest), id.as_str())).collect();
            let ordered = if rest.starts_with('-') {
                places.is_sorted_by(|a, b| a > b)
            } else {
                places.is_sorted_by(|a, b| a < b)
            };
            assert!(ordered, "{query}: {places:?}");

            let data = site.ask(LIST, json!({ "filter": filter.graphql(), "sort": graphql }));
            let ids: Vec<&str> =
                data["articles"]["nodes"].as_array().expect("nodes").iter().map(|node| node["id"].as_str().expect("an id")).collect();
            assert_eq!(ids, found.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), "{query}");
            assert_eq!(data["articles"]["totalCount"], expected.len(), "{query}");
            Ok(())
        });
        if let Err(error) = ran {
            panic!("{error}");
        }
    }

    fn paging_a_changing_list_repeats_and_skips_nothing(kind) {
        let first = stories(34);
        let site = Site::with(kind, &lines(&first));
        let mut made = first.len();
        let mut here: BTreeMap<String, Story> = first.iter().map(|story| (story.slug.clone(), story.clone())).collect();
        let change = prop_oneof![(0_usize..34).prop_map(Change::Insert), (0_usize..34).prop_map(Change::Remove)];
        let input = (select(&SORTS[..]), proptest::bool::ANY, proptest::bool::ANY, 3_usize..9, vec(vec(change, 0..3), 1..4));
        let mut walks = Vec::new();
        // All walks use the same newsroom, one after the other. Their inputs do not depend on its state.
        let mut draw = runner(12);
        for _ in 0..draw.config().cases {
            let tree = input.new_tree(&mut draw).expect("an input");
            walks.push(proptest::strategy::ValueTree::current(&tree));
        }
        for ((sort, graphql), connection, backwards, limit, changes) in walks {
            let before: BTreeSet<String> =
                here.values().filter(|story| story.kind != "page").map(|story| story.slug.clone()).collect();
            let mut gone = BTreeSet::new();
            let mut changes = changes.iter();
            let between = || {
                let sent: Vec<Value> = changes.next().into_iter().flatten().filter_map(|change| match change {
                    Change::Insert(n) => {
                        let story = Story { slug: format!("story-{made}"), kind: "article", ..first[*n].clone() };
                        made += 1;
                        let line = story.line();
                        here.insert(story.slug.clone(), story);
                        Some(line)
                    }
                    Change::Remove(n) => {
                        let slug = here.keys().nth(*n % here.len().max(1))?.clone();
                        let mut line = here.remove(&slug)?.line();
                        line["status"] = json!("draft");
                        gone.insert(slug);
                        Some(line)
                    }
                }).collect();
                if !sent.is_empty() {
                    let report = site.import("test", &sent);
                    assert_eq!(report["skipped"].as_array().map(Vec::len), Some(0), "{report}");
                }
            };
            let found = match connection {
                true => walk_connection(&site, graphql, limit, backwards, between),
                false => walk(&site, &format!("&sort={sort}&limit={limit}"), backwards, between),
            };

            let seen: BTreeSet<String> = found.iter().map(|(_, slug)| slug.clone()).collect();
            assert_eq!(seen.len(), found.len(), "something comes twice, by {sort}, {limit} a page, connection {connection}");
            let lost: Vec<&String> = before.iter().filter(|slug| !gone.contains(*slug) && !seen.contains(*slug)).collect();
            assert!(lost.is_empty(), "{lost:?} stayed and is not there, by {sort}, {limit} a page, connection {connection}, backwards {backwards}");
        }
    }
}
