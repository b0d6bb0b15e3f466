use super::*;

fn replaced(text: &str) -> (String, Vec<String>) {
    let mut notes = Vec::new();
    let html = replace(text, 1, &Survey::default(), &mut |note| {
        notes.push(match note {
            Note::Opened(name) | Note::Empty(name) => name.to_owned(),
            Note::Unknown(name) => format!("unknown {name}"),
        });
    });
    (html, notes)
}

/// Returns the words of a text as readers see them, after paragraphs are added.
fn words(html: &str) -> Vec<String> {
    let text = domain::body::plain_text(&crate::wxr::autop::autop(html));
    text.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn what_is_no_shortcode_stays_to_the_letter() {
    for text in [
        "He said [sic] that […] it [the boat] sank [1].",
        "[a]",
        "a[0] = b[i]",
        "[",
        "[[",
        "x]",
        "f[x=\"y\"]g [n=1]",
        "The vote [read our <a class=\"k\" href=\"https://x.example/\">guide</a>] is open.",
        "We [semi-]often and [this_name] and [Editor-in-chief] and [x-ray] and [see page=3].",
        "Like [and/or] and [he/she] and [n/a] and [e.g. x=1] and [text continues /] stay [a href=x].",
        "The vote [see [1] and a=b] is open. [Editor's note: date=1]",
        "A [quote from the minister] and [video below], [code red], [list of names] and [box].",
        "<pre>if ($a[b_c]) re(\"[a-z]+\") [gallery]</pre> <tt>[vc_row]</tt> <kbd>[page-up]</kbd> <samp>[vc_row]</samp>",
        "<a title=\"[gallery]\" href=\"/?a[]=[vc_row]\">x</a> <!-- [gallery] --> <code>[gallery]</code>",
        "<script>a = [gallery]</script><style>[vc_row]</style><textarea>[vc_row]</textarea>",
        "[/quote] [php] alone",
        "[[1]] [[x]] [[see this]]",
        "<pre>[vc_row] and never ended",
    ] {
        let (html, notes) = replaced(text);
        assert_eq!((html.as_str(), notes.len()), (text, 0), "{notes:?}");
    }
}

#[test]
fn an_unknown_name_with_an_end_is_told_and_stays() {
    let text = "a [my_box x=\"1\"]b [vc_row]c[/vc_row][/my_box] [quote by him]d[/quote]";
    let (html, notes) = replaced(text);
    assert!(
        html.contains("[my_box x=\"1\"]b") && html.contains("[/my_box] [quote by him]d[/quote]"),
        "{html}"
    );
    assert_eq!(notes, ["unknown my_box", "vc_row", "unknown quote"]);
}

#[test]
fn words_are_neither_lost_nor_glued() {
    for (text, wanted) in [
        (
            "[vc_row][vc_column_text]Left words[/vc_column_text][vc_column_text]Right words[/vc_column_text][/vc_row]",
            "Left words Right words",
        ),
        ("[dropcap]O[/dropcap]nce upon", "Once upon"),
        ("a [su_highlight]b[/su_highlight]c", "a bc"),
        ("[et_pb_text admin_label=\"Text\"]One[/et_pb_text][et_pb_text]Two[/et_pb_text]", "One Two"),
        ("[toggle title=\"Read more\"]Inner[/toggle]after", "Read more Inner after"),
        (
            "[tabs][tab title='One two']Three[/tab][tab title='Four']Five[/tab][/tabs]",
            "One two Three Four Five",
        ),
        ("[vc_custom_heading text=\"Big words\" font_container=\"tag:h3|text_align:left\"]x", "Big words x"),
        ("[vc_tta_section title=\"It`{`s`}`\" tab_id=\"1\"]y[/vc_tta_section]", "It[s] y"),
        ("[button url=\"https://x.example/\"]Press[/button]", "Press"),
        ("[et_pb_button button_text=\"Press here\" button_url=\"/x\" /]", "Press here"),
        ("[su_quote cite=\"Ann\"]Said[/su_quote]", "Said Ann"),
        ("[vc_row]unclosed words [vc_column] more", "unclosed words more"),
        ("cut[/vc_column][/vc_row]", "cut[/vc_column][/vc_row]"),
        (
            "a[/gallery] b[/caption] c[/audio][/fusion_text]",
            "a[/gallery] b[/caption] c[/audio][/fusion_text]",
        ),
        ("[caption][vc_row]words[/caption]after[/vc_row]", "words after"),
        ("[gallery]a[/gallery] b[/gallery]", "a b[/gallery]"),
        ("[contact-form-7 id=\"4\" title=\"Write us\"]a", "a"),
        ("[gallery]kept[/gallery] [audio]kept too[/audio]", "kept kept too"),
        ("[caption id=\"x\"]no picture, only words[/caption]", "no picture, only words"),
        ("[embed]words, not an address[/embed]", "words, not an address"),
        ("[[gallery]] and [[caption]x[/caption]]", "[gallery] and [caption]x[/caption]"),
        ("[vc_raw_html]JTNDcCUzRVJhdyUyMHdvcmRzJTNDJTJGcCUzRQ==[/vc_raw_html]", "Raw words"),
        ("[latex]a_{1} < b[/latex]", "a_{1} < b"),
        (
            "[gallery ids=\"1,2] with a quotation mark too few \"so] x",
            "with a quotation mark too few \"so] x",
        ),
        ("[table][tr][td]a[/td][td]b[/td][/tr][/table]", "a b"),
    ] {
        let (html, _) = replaced(text);
        assert_eq!(words(&html).join(" "), wanted, "{text}: {html}");
    }
}

#[test]
fn headings_keep_their_level_and_tooltips_their_place() {
    for (text, html) in [
        (
            "[ultimate_heading main_heading=\"Big words\" sub_heading=\"Small words\" heading_tag=\"h4\"]",
            "<h4>Big words</h4>\n\n<p>Small words</p>",
        ),
        (
            "[vc_custom_heading text=\"Big words\" font_container=\"tag:h3|text_align:left\"]",
            "<h3>Big words</h3>",
        ),
        ("[abbr title=\"WHO\"]WHO[/abbr]", "WHO"),
        ("[tooltip text=\"Tip\"]", "(Tip)"),
    ] {
        assert_eq!(replaced(text).0.trim(), html, "{text}");
    }
}

#[test]
fn code_stays_as_it_was_written() {
    for (text, code) in [
        (
            "[code lang=\"js\"]\nif (a &lt; b) {\n\n  x[i][gallery]\n}\n[/code]",
            "<pre><code class=\"language-js\">if (a &lt; b) {\n\n  x[i][gallery]\n}</code></pre>",
        ),
        (
            "[sourcecode language=\"html\"]<b>raw</b> <div>x</div>[/sourcecode]",
            "<pre><code class=\"language-html\">&lt;b&gt;raw&lt;/b&gt; &lt;div&gt;x&lt;/div&gt;</code></pre>",
        ),
        (
            "[cc lang=\"html\"]<form action=\"/a\"><script>f(1)</script></form>[/cc]",
            "<pre><code class=\"language-html\">&lt;form action=&quot;/a&quot;&gt;&lt;script&gt;f(1)&lt;/script&gt;&lt;/form&gt;</code></pre>",
        ),
        (
            "[php]echo \"<pre>\";[/php]",
            "<pre><code class=\"language-php\">echo &quot;&lt;pre&gt;&quot;;</code></pre>",
        ),
        (
            "[csharp]List<int> \"[/csharp]",
            "<pre><code class=\"language-csharp\">List&lt;int&gt; &quot;</code></pre>",
        ),
        ("[cc_php]a &amp;&amp; b[/cc_php]", "<pre><code class=\"language-php\">a &amp;&amp; b</code></pre>"),
        ("[cci]a<b[/cci]", "<code>a&lt;b</code>"),
        ("[c]a &nbsp;[/c]", "<pre><code class=\"language-c\">a &amp;nbsp;</code></pre>"),
    ] {
        assert_eq!(replaced(text).0.trim(), code, "{text}");
    }
}

#[test]
fn thousands_of_nested_ones_take_no_time_and_no_stack() {
    for name in ["b", "vc_row", "caption", "code", "quote"] {
        let text =
            format!("{}deep{}", format!("[{name}]").repeat(10_000), format!("[/{name}]").repeat(10_000));
        assert!(replaced(&text).0.contains("deep"), "{name}");
        assert!(!replaced(&format!("[{name}").repeat(5_000)).0.is_empty());
        assert!(!replaced(&format!("[{name} x=\"").repeat(5_000)).0.is_empty());
        assert!(!replaced(&format!("<{name}>[{name}]").repeat(5_000)).0.is_empty());
    }
}

#[test]
fn captions_become_figures() {
    let (html, _) = replaced(
        r#"[caption id="a" width="3"]<a href="/x"><img src="/y.jpg" /></a> Some <em>words</em>[/caption]"#,
    );
    assert_eq!(
        html.trim(),
        r#"<figure><a href="/x"><img src="/y.jpg" /></a><figcaption>Some <em>words</em></figcaption></figure>"#
    );
    let (html, _) = replaced(r#"[caption caption="Old"]<img src="/y.jpg">[/caption]"#);
    assert_eq!(html.trim(), r#"<figure><img src="/y.jpg"><figcaption>Old</figcaption></figure>"#);
    let (html, _) = replaced(r#"[caption]<img src="/y.jpg"> A [su_label]nested[/su_label] one[/caption]"#);
    assert!(html.contains("<figcaption>A nested one</figcaption>"), "{html}");
}

#[test]
fn players_and_embeds_are_kept() {
    for (text, part) in [
        ("[video width=\"1\" mp4=\"http://a.b/c.mp4\"][/video]", "<video src=\"http://a.b/c.mp4\">"),
        ("[audio http://a.b/c.mp3]", "<audio src=\"http://a.b/c.mp3\">"),
        ("[audio http://a.b/c.mp3|titles=x]", "<audio src=\"http://a.b/c.mp3\">"),
        (
            "[youtube https://www.youtube.com/watch?v=x&amp;w=1]",
            "<a href=\"https://www.youtube.com/watch?v=x&amp;w=1\">",
        ),
        ("[youtube=http://www.youtube.com/watch?v=x]", "figure class=\"embed\""),
        ("[youtube]abcDEF12345[/youtube]", "https://www.youtube.com/watch?v=abcDEF12345"),
        ("[fusion_youtube id=\"abcDEF12345\" /]", "https://www.youtube.com/watch?v=abcDEF12345"),
        ("[vimeo 123456]", "https://vimeo.com/123456"),
        ("[tweet https://twitter.com/x/status/123]", "figure class=\"embed\""),
        ("[soundcloud url=\"https://api.soundcloud.com/tracks/1\"]", "figure class=\"embed\""),
        ("[embed width=\"3\"]https://vimeo.com/1[/embed]", "figure class=\"embed\""),
        ("[embed]https://example.com/x[/embed]", "<a href=\"https://example.com/x\">"),
        ("[vc_video link=\"https://vimeo.com/1\"]", "figure class=\"embed\""),
        ("[iframe src=\"https://maps.example/x\"]", "<a href=\"https://maps.example/x\">"),
        (
            "[et_pb_image src=\"https://x.example/a.jpg\" alt=\"A pier\" /]",
            "<img src=\"https://x.example/a.jpg\" alt=\"A pier\">",
        ),
    ] {
        let (html, _) = replaced(text);
        assert!(html.contains(part), "{text}: {html}");
    }
}
