//! Tests of pictures, players and frames.

use super::{Block, html};

fn count(html: &str, what: &str) -> usize {
    html.matches(what).count()
}

#[test]
fn lazy_pictures_become_ordinary_ones_once() {
    for source in [
        r#"<img src="data:image/gif;base64,R0" data-src="https://a.example/p.jpg" alt="P">"#,
        r#"<img data-lazy-src="https://a.example/p.jpg" alt="P">"#,
        r#"<img src="/blank.gif" data-original="https://a.example/p.jpg" alt="P">"#,
        r#"<img src="data:," data-src="https://a.example/p.jpg" alt="P"><noscript><img src="https://a.example/p.jpg" alt="P"></noscript>"#,
        r#"<noscript><img src="https://a.example/p.jpg" alt="P"></noscript><img class="lazy" src="data:,">"#,
        r#"<figure><a href="/x"><img class="lazy" src="data:,"></a> <noscript><img src="https://a.example/p.jpg" alt="P"></noscript></figure>"#,
        r#"<noscript><img src="https://a.example/p.jpg" alt="P"></noscript>"#,
        r#"<picture><source data-srcset="https://a.example/p.webp 1x" type="image/webp"><img data-src="https://a.example/p.jpg" alt="P"></picture>"#,
        r#"<IMG SRC="data:," DATA-SRC="https://a.example/p.jpg" alt="P">"#,
    ] {
        let body = html(source);
        assert_eq!(count(&body.html, "<img"), 1, "{source} became {}", body.html);
        assert!(body.html.contains(r#"src="https://a.example/p.jpg""#), "{source} became {}", body.html);
        assert!(body.html.contains(r#"alt="P""#), "{source} became {}", body.html);
        assert!(!body.html.contains("data-") && !body.html.contains("noscript"), "{}", body.html);
        assert!(
            matches!(&body.blocks[..], [Block::Image { image, .. }] if image.url == "https://a.example/p.jpg"),
            "{source}: {:?}",
            body.blocks
        );
    }
}

#[test]
fn pictures_that_are_not_addresses_and_counting_pixels_stay_out() {
    let body = html(
        r#"<img src="/real.jpg" data-src="javascript:alert(1)"><img data-srcset="javascript:x 1x" src="/b.jpg">
           <noscript><img height="1" width="1" src="https://track.example/tr?id=1"></noscript>"#,
    );

    assert!(body.html.contains("/real.jpg") && body.html.contains("/b.jpg"), "{}", body.html);
    assert!(!body.html.contains("javascript") && !body.html.contains("track.example"), "{}", body.html);
}

#[test]
fn pictures_keep_their_sizes() {
    let body = html(
        r#"<p><picture><source media="(min-width: 800px)" srcset="/w.webp 800w, javascript:x 2x, /n.webp 400w" sizes="100vw" type="image/webp"><img src="/p.jpg" srcset="/a,b.jpg 1x, https://a.example/2.jpg 2x,data:x 3x" sizes="50vw" width="8" height="6"></picture></p>"#,
    );

    for kept in [
        r#"<source media="(min-width: 800px)" srcset="/w.webp 800w, /n.webp 400w" sizes="100vw" type="image/webp">"#,
        r#"srcset="/a,b.jpg 1x, https://a.example/2.jpg 2x""#,
        r#"width="8" height="6""#,
    ] {
        assert!(body.html.contains(kept), "{kept} in {}", body.html);
    }
    assert!(
        matches!(&body.blocks[..], [Block::Image { image, .. }]
        if image.srcset.as_deref() == Some("/a,b.jpg 1x, https://a.example/2.jpg 2x") && image.sizes.as_deref() == Some("50vw")),
        "{:?}",
        body.blocks
    );
    let bare = html(
        r#"<img srcset="/s.jpg 400w, /l.jpg 800w"><picture><source srcset="/x.webp"><img alt="x"></picture>"#,
    );
    assert!(bare.html.contains(r#"src="/l.jpg""#) && bare.html.contains(r#"src="/x.webp""#), "{}", bare.html);
    assert!(!html(r#"<p>a<source srcset="/x.webp">b<track src="/t.vtt"></p>"#).html.contains("src"));
}

#[test]
fn players_keep_poster_sources_and_subtitles() {
    let body = html(
        r#"<figure><video autoplay onplay="x()" loop poster="/p.jpg" width="640"><source src="https://a.example/f.webm" type="video/webm"><source src="https://a.example/f.mp4"><track kind="subtitles" src="/de.vtt" srclang="de" label="Deutsch" default>old</video><figcaption>Film</figcaption></figure>
           <audio src="https://a.example/s.mp3"></audio><video src="javascript:alert(1)" poster="javascript:alert(1)">gone</video>"#,
    );

    for kept in [
        r#"<figure class="embed video"><video controls="" preload="none" loop="" poster="/p.jpg" width="640">"#,
        r#"<source src="https://a.example/f.webm" type="video/webm">"#,
        r#"<track src="/de.vtt" kind="subtitles" srclang="de" label="Deutsch" default="">"#,
        r#"<a href="https://a.example/f.webm""#,
        "<figcaption>Film</figcaption>",
        r#"<figure class="embed audio"><audio controls="" preload="none"><source src="https://a.example/s.mp3">"#,
    ] {
        assert!(body.html.contains(kept), "{kept} in {}", body.html);
    }
    for gone in ["autoplay", "onplay", "javascript", "gone"] {
        assert!(!body.html.contains(gone), "{gone} in {}", body.html);
    }
    assert!(
        matches!(&body.blocks[0], Block::Embed { provider, url, .. }
        if provider == "video" && url == "https://a.example/f.webm"),
        "{:?}",
        body.blocks
    );
}

#[test]
fn a_figure_keeps_what_stands_beside_a_player() {
    let body = html(
        r#"<figure><p>Words</p><video src="https://a.example/f.mp4"></video><img src="/p.jpg"><figcaption>Cap</figcaption></figure>"#,
    );

    for kept in ["Words", "f.mp4", "/p.jpg", "Cap"] {
        assert!(body.html.contains(kept), "{kept} in {}", body.html);
    }
}

#[test]
fn embeds_keep_where_they_start() {
    for (frame, page) in [
        ("https://www.youtube.com/embed/abc?start=90", "https://www.youtube.com/watch?v=abc&t=90"),
        (
            "//www.youtube-nocookie.com/embed/abc?rel=0&amp;t=1m30s",
            "https://www.youtube.com/watch?v=abc&t=1m30s",
        ),
        ("https://www.youtube.com/embed/videoseries?list=PL1", "https://www.youtube.com/playlist?list=PL1"),
        ("https://www.youtube.com/embed/abc?start=javascript", "https://www.youtube.com/watch?v=abc"),
        ("https://player.vimeo.com/video/123?h=key9#t=30s", "https://vimeo.com/123/key9#t=30s"),
        (
            "https://www.dailymotion.com/embed/video/x1?start=15",
            "https://www.dailymotion.com/video/x1?start=15",
        ),
    ] {
        for source in [
            format!(r#"<iframe src="{frame}"></iframe>"#),
            format!(
                r#"<iframe src="about:blank" data-src="{frame}"></iframe><noscript><iframe src="{frame}"></iframe></noscript>"#
            ),
        ] {
            let body = html(&source);
            assert!(
                matches!(&body.blocks[..], [Block::Embed { url, .. }] if url == page),
                "{source}: {:?}",
                body.blocks
            );
        }
    }
}
