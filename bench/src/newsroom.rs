//! Generates articles, tags, sections and authors. The same seed and number give the same bytes.
//!
//! The data resembles a real archive: a few tags are on many articles, many tags are on few articles, and a
//! body has 4 KB.

use std::io::{self, Write};

use jiff::Timestamp;
use serde_json::json;

use crate::zipf::Zipf;

/// Number of tags.
pub(crate) const TAGS: usize = 500;
const SECTIONS: usize = 12;
const AUTHORS: usize = 200;
const BODY_BYTES: usize = 4_096;

/// Publication time of the newest article, in seconds since 1970.
const NEWEST: i64 = 1_760_000_000;

/// Seconds between the publication times of two articles.
const EVERY: i64 = 600;

const WORDS: &[&str] = &[
    "council",
    "harbour",
    "the",
    "of",
    "a",
    "vote",
    "minister",
    "said",
    "river",
    "school",
    "budget",
    "and",
    "after",
    "before",
    "inquiry",
    "strike",
    "ferry",
    "bridge",
    "hospital",
    "reporters",
    "documents",
    "in",
    "to",
    "winter",
    "festival",
    "market",
    "farmers",
    "court",
    "judge",
    "appeal",
    "storm",
    "flood",
    "with",
    "without",
    "night",
    "morning",
    "residents",
    "league",
    "final",
    "coach",
    "goal",
    "museum",
    "theatre",
    "science",
    "data",
    "energy",
    "prices",
    "rail",
    "station",
    "line",
    "delay",
    "plan",
    "map",
    "border",
    "treaty",
    "talks",
    "union",
    "workers",
    "factory",
    "orders",
    "on",
    "for",
    "by",
    "island",
    "mainland",
    "fishing",
    "quota",
    "parliament",
    "mayor",
    "city",
    "village",
    "road",
    "closed",
    "open",
    "again",
];

/// Returns the slug of article `n`.
pub(crate) fn slug(n: usize) -> String {
    format!("story-{n}")
}

/// Returns the slug of the tag with this rank by use. The most used tag has rank 0.
pub(crate) fn tag_slug(rank: usize) -> String {
    format!("topic-{rank}")
}

/// Writes articles, and their tags, sections and authors, as JSON lines.
pub(crate) fn write(articles: usize, seed: u64, out: &mut impl Write) -> io::Result<()> {
    let mut random = fastrand::Rng::with_seed(seed);
    for n in 0..SECTIONS {
        let section = json!({"type": "section", "id": format!("s{n}"), "slug": format!("desk-{n}"), "name": format!("Desk {n}")});
        writeln!(out, "{section}")?;
    }
    for n in 0..TAGS {
        let tag =
            json!({"type": "tag", "id": format!("t{n}"), "slug": tag_slug(n), "name": format!("Topic {n}")});
        writeln!(out, "{tag}")?;
    }
    for n in 0..AUTHORS {
        let author = json!({"type": "author", "id": format!("a{n}"), "slug": format!("writer-{n}"), "name": format!("Writer {n}")});
        writeln!(out, "{author}")?;
    }
    let tags = Zipf::new(TAGS);
    for n in 0..articles {
        writeln!(out, "{}", article(n, articles, &tags, &mut random))?;
    }
    Ok(())
}

/// Returns a request body that creates an article.
pub(crate) fn draft(random: &mut fastrand::Rng) -> serde_json::Value {
    let first = random.usize(..TAGS - 4);
    json!({
        "headline": sentence(random, 8),
        "standfirst": sentence(random, 22),
        "kicker": sentence(random, 2),
        "body": { "format": "html", "source": body(random) },
        "section": format!("desk-{}", random.usize(..SECTIONS)),
        "tags": (first..first + 4).map(tag_slug).collect::<Vec<_>>(),
        "authors": [format!("writer-{}", random.usize(..AUTHORS))],
    })
}

fn article(n: usize, articles: usize, tags: &Zipf, random: &mut fastrand::Rng) -> serde_json::Value {
    let wanted = random.usize(3..=5);
    let mut under: Vec<usize> = Vec::with_capacity(wanted);
    while under.len() < wanted {
        let tag = tags.draw(random);
        if !under.contains(&tag) {
            under.push(tag);
        }
    }
    let published_at = NEWEST - EVERY * i64::try_from(articles - n).unwrap_or_default();
    json!({
        "type": "article",
        "id": n.to_string(),
        "slug": slug(n),
        "headline": sentence(random, 8),
        "standfirst": sentence(random, 22),
        "kicker": sentence(random, 2),
        "body": body(random),
        "bodyFormat": "html",
        "language": "en",
        "publishedAt": Timestamp::from_second(published_at).unwrap_or_default().to_string(),
        "section": format!("s{}", random.usize(..SECTIONS)),
        "tags": under.iter().map(|tag| format!("t{tag}")).collect::<Vec<_>>(),
        "authors": [format!("a{}", random.usize(..AUTHORS))],
    })
}

fn body(random: &mut fastrand::Rng) -> String {
    let mut body = String::with_capacity(BODY_BYTES + 400);
    let mut paragraphs = 0;
    while body.len() < BODY_BYTES {
        if paragraphs % 4 == 3 {
            body.push_str(&format!("<h2>{}</h2>\n", sentence(random, 4)));
        }
        body.push_str(&format!("<p>{}. <em>{}</em>.</p>\n", sentence(random, 60), sentence(random, 5)));
        paragraphs += 1;
    }
    body
}

fn sentence(random: &mut fastrand::Rng, words: usize) -> String {
    let mut text = String::new();
    for n in 0..words {
        if n > 0 {
            text.push(' ');
        }
        text.push_str(WORDS[random.usize(..WORDS.len())]);
    }
    text[..1].make_ascii_uppercase();
    text
}
