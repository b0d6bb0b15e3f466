//! A generated newsroom: articles as Rust values, so that tests can compute the expected lists, and as lines.

use serde_json::{Value, json};

/// A generated article.
#[derive(Debug, Clone)]
pub struct Story {
    pub slug: String,
    pub headline: String,
    pub published_at: String,
    pub modified_at: String,
    pub language: &'static str,
    pub kind: &'static str,
    pub section: &'static str,
    pub tags: Vec<String>,
    pub authors: Vec<String>,
}

const LANGUAGES: [&str; 4] = ["en", "en-GB", "de", "eng-US"];
const SECTIONS: [&str; 4] = ["world", "asia", "sport", "football"];
const KINDS: [&str; 5] = ["article", "article", "video", "liveblog", "page"];

/// Returns whether `section` is `wanted` or below it.
pub fn is_within(section: &str, wanted: &str) -> bool {
    section == wanted || matches!((section, wanted), ("asia", "world") | ("football", "sport"))
}

/// Returns the sort key of a headline, which ignores accents and case.
pub fn folded(headline: &str) -> String {
    headline.replace('É', "e").to_lowercase()
}

/// Returns articles with few different times and headlines, so that many sort keys are equal.
pub fn stories(count: usize) -> Vec<Story> {
    (0..count)
        .map(|n| Story {
            slug: format!("story-{n}"),
            headline: format!("{} story", ["Zebra", "apple", "Éclair", "eclipse"][n % 4]),
            published_at: format!("2025-0{}-01T0{}:00:00Z", 1 + n % 3, n % 5),
            modified_at: format!("2025-0{}-02T00:00:00Z", 4 + n % 4),
            language: LANGUAGES[n % 4],
            kind: KINDS[n % 5],
            section: SECTIONS[(n / 2) % 4],
            tags: (0..=n % 4).map(|tag| format!("tag-{}", (n * 7 + tag * 3) % 9)).collect(),
            authors: (0..=n % 3).map(|author| format!("author-{}", (n + author) % 5)).collect(),
        })
        .collect()
}

/// Returns the lines of JSONL that import a newsroom with these articles.
pub fn lines(stories: &[Story]) -> Vec<Value> {
    let mut lines = vec![
        json!({ "type": "section", "id": "world", "name": "World" }),
        json!({ "type": "section", "id": "asia", "name": "Asia", "parent": "world" }),
        json!({ "type": "section", "id": "sport", "name": "Sport" }),
        json!({ "type": "section", "id": "football", "name": "Football", "parent": "sport" }),
        json!({ "type": "tag", "id": "tag-0", "name": "tag-0", "tagType": "place", "description": "The first." }),
        json!({ "type": "tag", "id": "tag-1", "name": "tag-1", "tagType": "person", "parent": "tag-0" }),
        json!({ "type": "author", "id": "author-1", "name": "author-1", "bio": "Writes.",
                "links": [{ "label": "Home", "url": "https://example.com" }] }),
    ];
    lines.extend(stories.iter().map(Story::line));
    lines
}

impl Story {
    pub fn line(&self) -> Value {
        json!({
            "id": self.slug, "slug": self.slug, "headline": self.headline, "standfirst": "What it is about.",
            "body": "<p>Words of the story.</p><h2>A subhead</h2><p>More words.</p>",
            "publishedAt": self.published_at, "modifiedAt": self.modified_at, "language": self.language,
            "kind": self.kind, "section": self.section, "tags": self.tags, "authors": self.authors,
        })
    }
}
