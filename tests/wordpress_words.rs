//! The import of a WordPress text loses no word and joins no two words, whatever is in brackets.

use proptest::{
    collection::vec,
    prelude::{Just, Strategy, any, prop_oneof},
    strategy::{BoxedStrategy, ValueTree},
    test_runner::TestRunner,
};

use crate::support::{
    Kind, Site,
    wordpress::{Item, export, import},
};

/// A piece of a WordPress text, and the words that readers see of it.
#[derive(Debug, Clone)]
struct Piece {
    written: String,
    seen: String,
}

/// Pieces that readers see as they are written.
fn literal() -> impl Strategy<Value = Piece> {
    let prose = prop_oneof![
        "[a-z]{2,7}",
        Just("[sic]".to_owned()),
        Just("We [semi-]often".to_owned()),
        Just("[this_name]".to_owned()),
        Just("[Editor-in-chief]".to_owned()),
        Just("[see page=3]".to_owned()),
        Just("[see [1] and a=b]".to_owned()),
        Just("[text continues /]".to_owned()),
        Just("[a href=x]".to_owned()),
        Just("[and/or] a[0] [x-ray]".to_owned()),
        Just("[quote of the day]".to_owned()),
        Just("[/quote]".to_owned()),
        Just("[button]".to_owned()),
        Just("[my_form id=\"3\"]".to_owned()),
        Just("[[1]]".to_owned()),
    ];
    prose.prop_map(|text| Piece { seen: text.clone(), written: text })
}

/// Pieces that cannot contain others, most of them literal.
fn leaf() -> impl Strategy<Value = Piece> {
    let piece = |written: &str, seen: &str| Piece { written: written.to_owned(), seen: seen.to_owned() };
    prop_oneof![
        12 => literal(),
        1 => Just(piece("[[gallery]]", "[gallery]")),
        1 => Just(piece("<pre>if ($a[b_c]) [vc_row] re(\"[a-z]+\")</pre>", " if ($a[b_c]) [vc_row] re(\"[a-z]+\") ")),
        1 => Just(piece("<code>$x[y_z][gallery]</code>", "$x[y_z][gallery]")),
        1 => Just(piece("<kbd>[page-up]</kbd><tt>[vc_row]</tt>", "[page-up][vc_row]")),
        1 => Just(piece("[php]echo $a[b_c] &lt; <b>[vc_row][/php]", " echo $a[b_c] < <b>[vc_row] ")),
        1 => Just(piece("[code lang=\"js\"]\nf(a[i], \"x);\n\n[/code]", " f(a[i], \"x); ")),
        1 => Just(piece("<a title=\"[vc_row]\" href=\"https://x.example/?a[]=1\">link[ed]</a>", "link[ed]")),
        1 => Just(piece("[vc_row width=\"1/2\"]", " ")),
        1 => Just(piece("[/vc_column]", "[/vc_column]")),
        1 => Just(piece("[vc_custom_heading text=\"Big news\" font_container=\"tag:h3\"]", " Big news ")),
        1 => Just(piece("[button url=\"https://x.example/\"]Press me[/button]", " Press me ")),
        1 => Just(piece("[contact-form-7 id=\"4\" title=\"Write\"]", " ")),
        1 => Just(piece("<!-- [gallery] -->", "")),
    ]
}

fn around(
    before: &'static str,
    after: &'static str,
    seen: (&'static str, &'static str),
) -> impl Fn(&Piece) -> Piece {
    move |inner| Piece {
        written: format!("{before}{}{after}", inner.written),
        seen: format!("{}{}{}", seen.0, inner.seen, seen.1),
    }
}

fn pieces() -> BoxedStrategy<Piece> {
    leaf()
        .prop_recursive(4, 24, 5, |inner| {
            let several = vec((inner, 0..3_u8), 1..5).prop_map(|pieces| {
                let mut whole = Piece { written: String::new(), seen: String::new() };
                for (piece, gap) in pieces {
                    let gap = ["", " ", "\n\n"][usize::from(gap)];
                    whole.written += &format!("{}{gap}", piece.written);
                    whole.seen += &format!("{}{gap}", piece.seen);
                }
                whole
            });
            (several, any::<u8>()).prop_map(|(inner, kind)| {
                let block = (" ", " ");
                match kind % 11 {
                    0 => around("[vc_column_text]", "[/vc_column_text]", block)(&inner),
                    1 => around("[et_pb_text admin_label=\"Text\"]", "[/et_pb_text]", block)(&inner),
                    2 => around("[dropcap]", "[/dropcap]", ("", ""))(&inner),
                    3 => around("[su_highlight background=\"#ddff99\"]", "[/su_highlight]", ("", ""))(&inner),
                    4 => around("[toggle title=\"Read more\"]", "[/toggle]", (" Read more ", " "))(&inner),
                    5 => around("[my_box x=\"1\"]", "[/my_box]", ("[my_box x=\"1\"]", "[/my_box]"))(&inner),
                    6 => around("[quote by him]", "[/quote]", ("[quote by him]", "[/quote]"))(&inner),
                    7 => around("<b>", "</b>", ("", ""))(&inner),
                    8 => around("<div>", "</div>", block)(&inner),
                    9 => around("[one_half_last]", "[/one_half_last]", block)(&inner),
                    _ => inner,
                }
            })
        })
        .boxed()
}

#[test]
fn no_word_is_lost_or_joined_to_the_next() {
    let mut runner = TestRunner::deterministic();
    let cases: Vec<Piece> =
        (0..400).map(|_| pieces().new_tree(&mut runner).expect("a value").current()).collect();
    let items: Vec<Item> = (1..)
        .zip(&cases)
        // The words around each case ensure that no text is empty.
        .map(|(n, case)| Item::post(n, "Words", &format!("Begin {} end", case.written)))
        .collect();
    let site = Site::empty(Kind::Sqlite);
    import(&site, &export(&items));
    for (n, case) in (1..).zip(&cases) {
        let article = site.get(&format!("/v1/articles/post-{n}?include=text")).ok();
        let text = article["body"]["text"].as_str().expect("the text");
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>().join(" ");
        assert_eq!(words(text), words(&format!("Begin {} end", case.seen)), "{}", case.written);
    }
}
