//! Texts that often break programs: both APIs return them unchanged, in every field.
//!
//! Exceptions: headlines are returned on one line, and names in NFC.

use serde_json::{Value, json};

use crate::support::{
    Kind, Site, on_each_database,
    writing::{Api, id},
};

/// The texts. To add more, set `NAUGHTY` to the path of a file with a JSON array of strings.
const STRINGS: &[&str] = &[
    "undefined",
    "null",
    "NULL",
    "nil",
    "true",
    "NaN",
    "Infinity",
    "0",
    "-1",
    "1e309",
    "0x10",
    "1,000.00",
    "１２３",
    " leading and trailing ",
    "\ttab\nline\r\nbreak\u{b}\u{c}",
    "\u{85}\u{a0}\u{2028}\u{2029}\u{feff}\u{180e}",
    "\u{1}\u{7}\u{1b}[31m\u{7f}",
    "'",
    "\"",
    "`",
    "\\",
    "\\'; DROP TABLE story; --",
    "1' OR '1'='1",
    "%s%n%d",
    "{{7*7}}",
    "${7*7}",
    "<%= 7*7 %>",
    "#{7*7}",
    "../../../../etc/passwd",
    "/dev/null; touch /tmp/x",
    "$(touch /tmp/x)",
    "`touch /tmp/x`",
    "CON",
    "COM1",
    "<script>alert(1)</script>",
    "]]>",
    "<!--",
    "&lt;&amp;&#0;",
    "--><img src=x onerror=alert(1)>",
    "Ω≈ç√∫˜µ≤≥÷",
    "田中さんにあげて下さい",
    "和製漢語",
    "울란바토르",
    "ثم نفس سقطت وبالتحديد",
    "בְּרֵאשִׁית",
    "مُنَاقَشَةُ سُبُلِ",
    "\u{202e}reversed\u{202c}",
    "\u{2066}isolated\u{2069}",
    "Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮",
    "😍👨‍👩‍👧‍👦🏳️‍🌈🇺🇸",
    "👩🏽",
    "é",
    "e\u{301}",
    "ﷺ",
    "ﬀ",
    "ǅ",
    "ẞ",
    "İstanbul",
    "ı",
    "ĳ",
    "\u{fffe}\u{ffff}\u{10ffff}",
    "𝐓𝐡𝐞",
    "˙ɐnbᴉlɐ",
    "\u{e000}",
    "a\u{0}b",
];

fn strings() -> Vec<String> {
    let more: Vec<String> = match std::env::var_os("NAUGHTY") {
        None => Vec::new(),
        Some(path) => {
            serde_json::from_slice(&std::fs::read(path).expect("a file")).expect("an array of strings")
        }
    };
    STRINGS.iter().map(|text| (*text).to_owned()).chain(more).collect()
}

/// Returns whether a text has visible characters. Besides blank texts, one of the texts has none.
fn is_visible(text: &str) -> bool {
    !text.trim().is_empty() && !text.contains("\u{feff}\u{180e}")
}

/// Returns the headline that the server stores: on one line, with a space for each line break.
fn headline(text: &str) -> String {
    text.trim().replace("\r\n", " ").replace(['\n', '\u{b}', '\u{c}'], " ").trim().to_owned()
}

on_each_database! {
    fn every_text_comes_back_as_it_was_sent(kind) {
        let site = Site::empty(kind);
        let editor = site.sign_in_as("editor@example.com", "editor");
        for (n, text) in strings().iter().enumerate() {
            let api = Api::BOTH[n % 2];
            let article = json!({
                "headline": text, "slug": format!("naughty-{n}"), "kicker": text, "standfirst": text, "byline": text,
                "seo": { "title": text, "description": text }, "corrections": [{ "text": text, "kind": "update" }],
                "body": { "format": "text", "source": text },
            });
            // The server refuses U+0000, which PostgreSQL cannot store, and invisible or too long headlines.
            if text.contains('\0') || !is_visible(text) || text.chars().count() > 200 {
                if text.contains('\0') {
                    let refusal = api.create(&editor, article).expect_err("is refused");
                    refusal.is(400, "request.invalid");
                    assert_eq!(refusal.body["errors"].as_array().map(Vec::len), Some(8), "{}", refusal.body);
                }
                continue;
            }
            let made = api.create(&editor, article).unwrap_or_else(|refusal| panic!("{text:?}: {refusal:?}"));
            let id = id(&made);
            let published = api.step(&editor, "publish", &id, 1, json!({ "note": text })).expect("published");
            let stored = api.manuscript(&editor, &id).expect("an article");
            for field in ["kicker", "standfirst", "byline", "note"] {
                assert_eq!(published[field], text.as_str(), "{field}");
                assert_eq!(stored[field], text.as_str(), "{field}");
            }
            assert_eq!((&published["headline"], &stored["headline"]), (&json!(headline(text)), &json!(headline(text))));
            assert_eq!(stored["body"]["source"], text.as_str());
            let shown = site.get(&format!("/v1/articles/{id}")).ok();
            let asked = site.ask("query($id: ID!) { article(id: $id) { headline kicker standfirst byline seo { title description } corrections { text } } }", json!({ "id": id }));
            for shown in [&shown, &asked["article"]] {
                for field in ["kicker", "standfirst", "byline"] {
                    assert_eq!(shown[field], text.as_str(), "{field}");
                }
                assert_eq!(shown["headline"], headline(text));
                assert_eq!((&shown["seo"]["title"], &shown["seo"]["description"], &shown["corrections"][0]["text"]), (&json!(text), &json!(text), &json!(text)));
            }
        }
        // Lists can sort by these headlines, and an export can be imported again.
        let listed = site.get("/v1/articles?sort=headline&limit=100").ok();
        assert!(listed["data"].as_array().is_some_and(|all| all.len() > 40));
        let export = site.export();
        let copy = Site::empty(kind.other());
        let (_, report) = copy.import_text("copy", export.as_bytes());
        assert_eq!(report["skipped"], json!([]), "{report}");
        assert_eq!(copy.export(), export);
    }
}

#[test]
fn names_and_descriptions_of_tags_come_back_as_they_were_sent() {
    let site = Site::empty(Kind::Sqlite);
    let editor = site.sign_in_as("editor@example.com", "editor");
    let texts = strings();
    let kept = texts.iter().filter(|text| !text.contains('\0') && text.chars().count() <= 200);
    for (n, text) in kept.enumerate() {
        let is_name = is_visible(text) && !text.chars().any(char::is_control);
        let name = if is_name { text.trim().replace("e\u{301}", "é") } else { "Named".to_owned() };
        let made = editor.send(
            "POST",
            "/v1/tags",
            &json!({ "name": name, "slug": format!("naughty-{n}"), "description": text }),
        );
        assert_eq!(made.status, 201, "{text:?}: {}", String::from_utf8_lossy(&made.bytes));
        let made = made.json();
        assert_eq!(made["name"], name);
        assert_eq!(made["description"], if text.trim().is_empty() { Value::Null } else { json!(text) });
        let shown = site.get(&format!("/v1/tags/{}", made["id"].as_str().expect("an id"))).ok();
        assert_eq!((&shown["name"], &shown["description"]), (&made["name"], &made["description"]));
    }
}
