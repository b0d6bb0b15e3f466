//! Known embeds: frames and widgets of other sites, kept as a provider and an address.
//!
//! Cleaning drops every frame. So before it, a frame of a known provider becomes
//! `<figure class="embed"><a href="…">…</a></figure>`, which cleaning keeps and
//! [`super::blocks`] recognises; any other frame becomes a link, so that nothing is lost.

use std::borrow::Cow;

use ammonia::Url;
use markup5ever_rcdom::{Handle, NodeData};

use super::dom;

/// Providers and the hosts they serve from.
const PROVIDERS: [(&str, &[&str]); 14] = [
    ("youtube", &["youtube.com", "youtu.be", "youtube-nocookie.com"]),
    ("vimeo", &["vimeo.com"]),
    ("x", &["twitter.com", "x.com"]),
    ("instagram", &["instagram.com"]),
    ("tiktok", &["tiktok.com"]),
    ("facebook", &["facebook.com"]),
    ("bluesky", &["bsky.app"]),
    ("spotify", &["spotify.com"]),
    ("soundcloud", &["soundcloud.com"]),
    ("dailymotion", &["dailymotion.com", "dai.ly"]),
    ("datawrapper", &["datawrapper.dwcdn.net"]),
    ("flourish", &["flourish.studio"]),
    ("ted", &["ted.com"]),
    ("slideshare", &["slideshare.net"]),
];

/// Widgets: quotations that a script of the provider would turn into a frame.
const WIDGETS: [&str; 4] = ["twitter-tweet", "instagram-media", "tiktok-embed", "bluesky-embed"];

/// Elements that cleaning would drop with what they show.
const FRAMES: [&str; 3] = ["video", "audio", "iframe"];

/// Returns the provider that serves an address.
pub fn provider_of(address: &str) -> Option<&'static str> {
    let url = Url::parse(address).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    let host = url.host_str()?;
    let serves =
        |domain: &&str| host == *domain || host.strip_suffix(*domain).is_some_and(|sub| sub.ends_with('.'));
    PROVIDERS.iter().find(|(_, domains)| domains.iter().any(&serves)).map(|(provider, _)| *provider)
}

/// Replaces frames and widgets by what cleaning keeps.
pub(super) fn keep_known(html: &str) -> Cow<'_, str> {
    let may_have_one = WIDGETS.iter().any(|class| html.contains(class))
        || html.as_bytes().split(|byte| *byte == b'<').skip(1).any(|tag| {
            FRAMES.iter().any(|name| {
                tag.get(..name.len()).is_some_and(|tag| tag.eq_ignore_ascii_case(name.as_bytes()))
            })
        });
    if !may_have_one {
        return html.into();
    }
    let root = dom::parse(html);
    replace_below(&root);
    dom::inner_html(&root).into()
}

fn replace_below(root: &Handle) {
    let mut parents = vec![root.clone()];
    while let Some(parent) = parents.pop() {
        let children = parent.children.borrow().clone();
        for (index, child) in children.iter().enumerate() {
            match replacement(child) {
                Some(html) => {
                    let holder = dom::parse(&html);
                    let new = holder.children.borrow_mut().remove(0);
                    new.parent.set(Some(std::rc::Rc::downgrade(&parent)));
                    parent.children.borrow_mut()[index] = new;
                }
                None => parents.push(child.clone()),
            }
        }
    }
}

fn replacement(node: &Handle) -> Option<String> {
    let NodeData::Element { .. } = &node.data else { return None };
    if dom::name(node) == Some("figure") {
        return framed(node);
    }
    if let Some(kind @ ("video" | "audio")) = dom::name(node) {
        let address = file_address(node).unwrap_or_default();
        let escaped = dom::escape(&address);
        return Some(match address.is_empty() {
            true => "<span></span>".to_owned(),
            false => format!(r#"<figure class="embed {kind}"><a href="{escaped}">{escaped}</a></figure>"#),
        });
    }
    let is_widget = WIDGETS.iter().any(|class| dom::has_class(node, class));
    let address = if dom::name(node) == Some("iframe") {
        // A frame without a web address (srcdoc, about:blank) shows nothing of its own.
        frame_address(node).unwrap_or_default()
    } else if is_widget {
        widget_address(node)?
    } else {
        return None;
    };
    let escaped = dom::escape(&address);
    Some(match provider_of(&address) {
        Some(_) => {
            let words = if is_widget { widget_words(node) } else { String::new() };
            format!(r#"<figure class="embed"><a href="{escaped}">{escaped}</a>{words}</figure>"#)
        }
        None if address.is_empty() => "<span></span>".to_owned(),
        None => format!(r#"<a href="{escaped}">{escaped}</a>"#),
    })
}

/// A figure around a player or a known frame becomes the embed itself, with its caption.
fn framed(figure: &Handle) -> Option<String> {
    let inner = FRAMES.iter().find_map(|name| dom::find(figure, name))?;
    let replaced = replacement(&inner).filter(|html| html.starts_with("<figure"))?;
    let caption = dom::find(figure, "figcaption").map(|caption| dom::outer_html(&caption));
    Some(replaced.replace("</figure>", &format!("{}</figure>", caption.unwrap_or_default())))
}

/// The file that a player plays: its own, or the first of its sources.
fn file_address(node: &Handle) -> Option<String> {
    let source = dom::attribute(node, "src")
        .or_else(|| dom::find(node, "source").and_then(|source| dom::attribute(&source, "src")))?;
    crate::media::is_address(source.trim()).then(|| source.trim().to_owned())
}

fn frame_address(node: &Handle) -> Option<String> {
    let source = dom::attribute(node, "src").or_else(|| dom::attribute(node, "data-src"))?;
    let absolute = if source.starts_with("//") { format!("https:{source}") } else { source };
    let url = Url::parse(absolute.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    Some(watch_address(&url).unwrap_or_else(|| url.to_string()))
}

/// The page that a person would open, where the player's own address tells which that is.
fn watch_address(player: &Url) -> Option<String> {
    let mut path = player.path_segments()?;
    match (provider_of(player.as_str())?, path.next()?) {
        ("youtube", "embed") => Some(format!("https://www.youtube.com/watch?v={}", path.next()?)),
        ("vimeo", "video") => Some(format!("https://vimeo.com/{}", path.next()?)),
        ("dailymotion", "embed") => path.nth(1).map(|id| format!("https://www.dailymotion.com/video/{id}")),
        ("spotify", "embed") => {
            Some(format!("https://open.spotify.com/{}", path.collect::<Vec<_>>().join("/")))
        }
        _ => None,
    }
}

/// What a widget quotes, as the caption of its embed: the provider may delete the post.
fn widget_words(node: &Handle) -> String {
    match super::text::of(node).is_empty() {
        true => String::new(),
        false => format!("<figcaption>{}</figcaption>", dom::inner_html(node)),
    }
}

/// The address a widget shows: an attribute of its own, or the last link in it.
fn widget_address(node: &Handle) -> Option<String> {
    ["data-instgrm-permalink", "cite", "data-bluesky-uri"]
        .iter()
        .find_map(|name| dom::attribute(node, name).filter(|address| provider_of(address).is_some()))
        .or_else(|| {
            let links = dom::find_all(node, |child| dom::name(child) == Some("a"));
            links
                .iter()
                .rev()
                .filter_map(|link| dom::attribute(link, "href"))
                .find(|href| provider_of(href).is_some())
        })
}
