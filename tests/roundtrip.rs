//! Any newsroom survives an export and an import into the other kind of database: a second export has the
//! same bytes.

use proptest::{
    collection::vec,
    option,
    prelude::{Just, Strategy, any, prop_oneof},
    test_runner::{Config, TestCaseError, TestRunner},
};
use serde_json::{Value, json};

use crate::support::{Kind, Site};

/// Texts in any script, with characters that often break files: quotation marks, backslashes, line breaks.
fn words(length: usize) -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-zA-Z ]{1,12}",
        2 => "\\PC{1,6}",
        1 => prop_oneof![Just("\"\\\n\t".to_owned()), Just("\u{2028}\u{1F980}é".to_owned()), Just("مرحبا 北京".to_owned())],
    ];
    vec(piece, 1..length).prop_map(|pieces| format!("W{}", pieces.concat()))
}

fn moment() -> impl Strategy<Value = String> {
    (1970u32..2100, 1u32..13, 1u32..29, 0u32..24, 0u32..1_000_000).prop_map(
        |(year, month, day, hour, micros)| format!("{year}-{month:02}-{day:02}T{hour:02}:00:00.{micros:06}Z"),
    )
}

fn one(words: &[&'static str], n: usize) -> &'static str {
    words[n % words.len()]
}

/// The id of one of the `count` items of a type.
fn named(kind: &'static str, count: usize) -> impl Strategy<Value = String> {
    (0..count).prop_map(move |n| format!("{kind}-{n}"))
}

fn term(kind: &'static str, n: usize) -> impl Strategy<Value = Value> {
    let types = ["keyword", "person", "place", "event"];
    (words(4), option::of(words(6)), option::of(0..n.max(1)), 0..types.len(), option::of(named("media", 4))).prop_map(
        move |(name, description, parent, tag_type, photo)| {
            let mut line = json!({ "type": kind, "id": format!("{kind}-{n}"), "name": format!("{kind} {n} {name}").chars().take(180).collect::<String>(),
                                   "description": description });
            match kind {
                "tag" => line["tagType"] = json!(types[tag_type]),
                "author" => {
                    line["photo"] = json!(photo);
                    line["links"] = json!([{ "label": "Home", "url": "https://example.com/a?b=c&d" }]);
                }
                _ => {}
            }
            // The parent has a smaller number, so that parents form no cycle.
            if let (true, Some(parent)) = (kind != "author" && n > 0, parent) {
                line["parent"] = json!(format!("{kind}-{parent}"));
            }
            line
        },
    )
}

fn media(n: usize) -> impl Strategy<Value = Value> {
    (option::of(words(5)), option::of(1u32..9_000), option::of((0.0..=1.0, 0.0..=1.0)), any::<bool>()).prop_map(
        move |(caption, width, focus, renditions)| {
            let renditions: Vec<Value> =
                if renditions { vec![json!({ "url": format!("/media/{n}-small.jpg"), "width": 300 })] } else { Vec::new() };
            json!({ "type": "media", "id": format!("media-{n}"), "kind": one(&["image", "video", "audio", "document"], n),
                    "url": format!("https://example.com/{n}.jpg"), "caption": caption, "width": width, "renditions": renditions,
                    "focalPoint": focus.map(|(x, y): (f64, f64)| json!({ "x": x, "y": y })), "aliasPaths": [format!("/photos/{n}")] })
        },
    )
}

fn article(n: usize) -> impl Strategy<Value = Value> {
    let head =
        (words(8), option::of(words(4)), option::of(words(12)), option::of(moment()), option::of(moment()));
    let filed = (
        option::of(named("section", 3)),
        vec(named("tag", 5), 0..4),
        vec(named("author", 3), 0..3),
        option::of(named("media", 4)),
    );
    let more = (
        any::<bool>(),
        0usize..3,
        option::of(0..n.max(1)),
        vec(0usize..8, 0..3),
        vec(words(6), 0..3),
        option::of(words(5)),
    );
    (head, filed, more).prop_map(
        move |((headline, kicker, standfirst, published, expires), (section, tags, authors, lead), (flag, access, of, pins, corrections, seo))| {
            let corrections: Vec<Value> =
                corrections.iter().map(|text| json!({ "at": "2025-01-02T00:00:00Z", "text": text, "kind": "update" })).collect();
            let expires = expires.filter(|expires| published.as_ref().is_some_and(|published| expires > published));
            json!({
                "id": format!("article-{n}"), "headline": headline, "kicker": kicker, "standfirst": standfirst, "publishedAt": published,
                "expiresAt": expires, "section": section, "tags": tags, "authors": authors, "leadMedia": lead, "commentsOpen": flag,
                "hideAds": !flag, "showInRelated": flag, "access": one(&["open", "registered", "paid"], access),
                "kind": one(&["article", "page", "liveblog", "gallery"], n), "language": one(&["en", "en-GB", "zh-Hant"], n),
                "body": format!("<h2>{}</h2><p>{}</p><figure><img src=\"/a.jpg\"><figcaption>c</figcaption></figure>", n, headline.replace('<', "")),
                "translationOf": of.filter(|_| n % 5 == 4).map(|of| format!("article-{of}")), "corrections": corrections,
                "relatedPins": pins.iter().map(|pin| format!("article-{pin}")).collect::<Vec<_>>(), "aliasPaths": [format!("/old/{n}?p={n}")],
                "seo": { "title": seo, "image": "media-0" }, "oldSlugs": [format!("old-{n}")],
            })
        },
    )
}

fn comment(n: usize) -> impl Strategy<Value = Value> {
    (0usize..8, option::of(0usize..12), words(8), words(3), moment(), 0usize..5, option::of(moment())).prop_map(
        move |(article, parent, body, name, at, status, edited)| {
            let parent = parent.filter(|parent| *parent != n);
            json!({ "type": "comment", "id": format!("comment-{n}"), "article": format!("article-{article}"), "body": body, "authorName": name,
                    "parent": parent.map(|parent| format!("comment-{parent}")), "createdAt": at, "editedAt": edited,
                    "status": one(&["approved", "pending", "spam", "trash", "deleted"], status), "authorEmail": "reader@example.com" })
        },
    )
}

fn collection(n: usize) -> impl Strategy<Value = Value> {
    (words(4), vec(named("article", 8), 0..6)).prop_map(
        move |(title, articles)| json!({ "type": "collection", "id": format!("collection-{n}"), "title": title, "articles": articles }),
    )
}

fn site() -> impl Strategy<Value = Value> {
    (words(3), option::of(words(5)), option::of(named("media", 4)), words(3)).prop_map(|(title, tagline, logo, label)| {
        json!({ "type": "site", "title": title, "tagline": tagline, "logo": logo, "language": "de", "timeZone": "Europe/Berlin",
                "articlePath": "/{year}/{month}/{slug}", "placements": [{ "key": "top", "label": label, "html": "<b>\"</b>" }],
                "social": [{ "network": "x", "url": "https://example.com", "label": label }],
                "navigation": [{ "label": label, "url": "/x", "children": [{ "label": "y", "url": "/x/y" }] }] })
    })
}

/// The lines of a newsroom, in random order.
fn newsroom() -> impl Strategy<Value = Vec<Value>> {
    let mut lines = Vec::new();
    for (kind, count) in [("section", 3), ("tag", 5), ("author", 3)] {
        lines.extend((0..count).map(|n| term(kind, n).boxed()));
    }
    lines.extend((0..4).map(|n| media(n).boxed()));
    lines.extend((0..8).map(|n| article(n).boxed()));
    lines.extend((0..12).map(|n| comment(n).boxed()));
    lines.extend((0..2).map(|n| collection(n).boxed()));
    lines.push(site().boxed());
    lines.prop_shuffle()
}

#[test]
fn any_newsroom_survives_export_and_import_into_the_other_database() {
    let mut runner = TestRunner::new(Config {
        cases: 8,
        max_shrink_iters: 20,
        failure_persistence: None,
        ..Config::default()
    });
    let outcome = runner.run(&newsroom(), |lines| {
        for kind in [Kind::Sqlite, Kind::Postgres] {
            let first = Site::with(kind, &lines);
            let out = first.export();
            let second = Site::empty(kind.other());
            let (_, report) = second.import_text("copy", out.as_bytes());
            if report["skipped"] != json!([]) {
                return Err(TestCaseError::fail(format!("skipped: {report}")));
            }
            let again = second.export();
            if again != out {
                let differs = out.lines().zip(again.lines()).find(|(a, b)| a != b);
                return Err(TestCaseError::fail(format!("differs: {differs:?}")));
            }
            if out.lines().count() < lines.len() / 2 {
                return Err(TestCaseError::fail("most of it was not taken"));
            }
            let threads = |site: &Site| site.ask("{ articles(first: 20) { nodes { slug commentCount comments(first: 20) { nodes { id depth replyCount deleted } } } } }", json!({}));
            if threads(&first) != threads(&second) {
                return Err(TestCaseError::fail("threads differ"));
            }
        }
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}
