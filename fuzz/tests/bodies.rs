//! Random bodies, made of pieces that are difficult for HTML cleaners and for the derivation of blocks.

use domain::body::Format;
use proptest::{
    collection::vec,
    prelude::{Just, Strategy, prop_oneof},
    prop_assert,
    sample::select,
    test_runner::{Config, TestRng, TestRunner},
};

const ELEMENTS: [&str; 57] = [
    "a",
    "aside",
    "audio",
    "b",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "col",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "form",
    "h1",
    "h2",
    "h3",
    "hr",
    "iframe",
    "img",
    "li",
    "main",
    "math",
    "mglyph",
    "noembed",
    "noscript",
    "ol",
    "option",
    "p",
    "picture",
    "plaintext",
    "pre",
    "script",
    "section",
    "select",
    "source",
    "span",
    "style",
    "svg",
    "table",
    "tbody",
    "td",
    "template",
    "textarea",
    "tfoot",
    "th",
    "title",
    "tr",
    "track",
    "ul",
    "video",
    "xmp",
];
const ATTRIBUTES: [&str; 30] = [
    "",
    "",
    " class=gallery",
    " class=\"pullquote embed\"",
    " class=credit",
    " id=x",
    " id=\"the-flood\"",
    " href=\"javascript:alert(1)\"",
    " href=\"https://a.example/?a=1&amp;b=2\"",
    " href=\" java\tscript:x\"",
    " src=//a.example/b.jpg",
    " src=\"data:text/html,x\"",
    " src=https://www.youtube.com/embed/abc",
    " onclick=x()",
    " style='x:expression(y)'",
    " title=\"</p><script>\"",
    " id=\"body_x\"",
    " id='\" onclick=x() y=\"'",
    " name=y",
    " href=#x",
    " href=#y",
    " headers=\"x y\"",
    " dir=rtl lang=ar",
    " style='text-align:center'",
    " rel=\"sponsored nofollow\"",
    " data-src=/a.jpg src=data:,",
    " src=data:,",
    " srcset=\"/a.jpg 1x, javascript:x 2x\"",
    " poster=/a.jpg src=/b.mp4 autoplay",
    " start=3 value=4 type=a",
];

fn piece() -> impl Strategy<Value = String> {
    let text = prop_oneof![
        3 => "[a-z ]{1,8}",
        1 => "\\PC{1,4}",
        1 => select(vec!["&lt;script&gt;", "&amp;", "&#0;", "<!--", "-->", "<![CDATA[", "]]>", "\u{0}", "\n\n", "&nbsp;", "<", "\"'", "# x", "* y", "|a|b|", "[^a]", "\n\n[^a]: note\n\n"])
            .prop_map(str::to_owned),
    ];
    let open = (select(&ELEMENTS[..]), select(&ATTRIBUTES[..]))
        .prop_map(|(name, attribute)| format!("<{name}{attribute}>"));
    let close = select(&ELEMENTS[..]).prop_map(|name| format!("</{name}>"));
    prop_oneof![3 => text, 4 => open, 2 => close]
}

#[test]
fn any_body_is_harmless_complete_and_settled() {
    // Each run tests the same inputs. Fuzzing searches for others.
    let config = Config { cases: 3000, failure_persistence: None, ..Config::default() };
    let random = TestRng::deterministic_rng(config.rng_algorithm);
    let mut runner = TestRunner::new_with_rng(config, random);
    let format = prop_oneof![4 => Just(Format::Html), 1 => Just(Format::Markdown), 1 => Just(Format::Text)];
    let source = vec(piece(), 1..30).prop_map(|pieces| pieces.concat());
    let ran = runner.run(&(source, format), |(source, format)| {
        let held = std::panic::catch_unwind(|| fuzz::body::hold(&source, format));
        prop_assert!(held.is_ok());
        Ok(())
    });
    if let Err(error) = ran {
        panic!("{error}");
    }
}
