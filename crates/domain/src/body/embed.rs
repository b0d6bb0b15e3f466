//! Embeds: frames and widgets of other sites, kept as a provider and an address.
//!
//! Cleaning removes every frame. Before that, a frame of a known provider becomes
//! `<figure class="embed"><a href="…">…</a></figure>`, which cleaning keeps and [`super::blocks`]
//! recognises. Any other frame becomes a link, so that its address is not lost. Players of files are in
//! `player.rs`.

use markup5ever_rcdom::{Handle, NodeData};
use url::Url;

use super::{dom, player, stand_ins};

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

/// Classes of widgets: quotations that a provider's script turns into a frame.
const WIDGETS: [&str; 4] = ["twitter-tweet", "instagram-media", "tiktok-embed", "bluesky-embed"];

/// Elements that are replaced by an embed or a link.
const FRAMES: [&str; 3] = ["video", "audio", "iframe"];

/// Returns the provider of a URL. `None` if the provider is not known.
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

/// Whether HTML may contain something for [`keep_known`]. Does not parse.
pub(super) fn may_concern(html: &str) -> bool {
    WIDGETS.iter().any(|class| html.contains(class)) || dom::may_contain(html, &FRAMES)
}

/// Replaces frames, players and widgets by elements that cleaning keeps.
pub(super) fn keep_known(root: &Handle) {
    // Embeds contain links, and links cannot be nested, so a link around an embed becomes a `span`.
    let is_embed = |node: &Handle| {
        dom::name(node).is_some_and(|name| FRAMES.contains(&name))
            || WIDGETS.iter().any(|class| dom::has_class(node, class))
    };
    stand_ins::replace(root, |node| {
        (dom::name(node) == Some("a") && dom::any(node, is_embed)).then_some("<span></span>")
    });
    replace_below(root);
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
                None if player::is_settled(child) => {}
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
        return Some(player::figure(node, kind).unwrap_or_else(|| "<span></span>".to_owned()));
    }
    let is_widget = WIDGETS.iter().any(|class| dom::has_class(node, class));
    let address = if dom::name(node) == Some("iframe") {
        // A frame without a web address (srcdoc, about:blank) is removed.
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

/// Turns a figure around one player or known frame into the embed, with its caption.
fn framed(figure: &Handle) -> Option<String> {
    if player::is_settled(figure) {
        return None;
    }
    let parts = dom::find_all(figure, |node| match &node.data {
        NodeData::Text { .. } => !dom::is_blank(node),
        _ => dom::name(node)
            .is_some_and(|name| FRAMES.contains(&name) || ["figcaption", "img"].contains(&name)),
    });
    let (captions, parts): (Vec<_>, Vec<_>) =
        parts.into_iter().partition(|part| dom::name(part) == Some("figcaption"));
    // If the figure has other content, it stays, and the player becomes an embed inside it.
    let [inner] = parts.as_slice() else { return None };
    dom::name(inner).filter(|name| FRAMES.contains(name))?;
    let replaced = replacement(inner).filter(|html| html.starts_with("<figure"))?;
    let captions: String = captions.iter().map(dom::outer_html).collect();
    Some(replaced.replace("</figure>", &format!("{captions}</figure>")))
}

fn frame_address(node: &Handle) -> Option<String> {
    let source = dom::attribute(node, "src")?;
    let source = source.trim();
    let absolute = if source.starts_with("//") { format!("https:{source}") } else { source.to_owned() };
    let url = Url::parse(&absolute).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    Some(watch_address(&url).unwrap_or_else(|| url.to_string()))
}

/// Converts the address of a player to the address of its web page, and keeps the start time.
///
/// `None` if there is no rule for the address.
fn watch_address(player: &Url) -> Option<String> {
    let mut path = player.path_segments()?;
    let provider = provider_of(player.as_str())?;
    let start = start_of(player);
    match (provider, path.next()?) {
        ("youtube", "embed") => {
            let list = parameter(player, "list");
            let mut watch = match (path.next()?, list) {
                ("videoseries", Some(list)) => {
                    return Some(format!("https://www.youtube.com/playlist?list={list}"));
                }
                (id, Some(list)) => format!("https://www.youtube.com/watch?v={id}&list={list}"),
                (id, None) => format!("https://www.youtube.com/watch?v={id}"),
            };
            if let Some(start) = start {
                watch.push_str(&format!("&t={start}"));
            }
            Some(watch)
        }
        ("vimeo", "video") => {
            // Unlisted videos are only found with this key.
            let key = parameter(player, "h").map(|key| format!("/{key}")).unwrap_or_default();
            let start = start.map(|start| format!("#t={start}")).unwrap_or_default();
            Some(format!("https://vimeo.com/{}{key}{start}", path.next()?))
        }
        ("dailymotion", "embed") => {
            let start = start.map(|start| format!("?start={start}")).unwrap_or_default();
            path.nth(1).map(|id| format!("https://www.dailymotion.com/video/{id}{start}"))
        }
        ("spotify", "embed") => {
            let start = start.map(|start| format!("?t={start}")).unwrap_or_default();
            Some(format!("https://open.spotify.com/{}{start}", path.collect::<Vec<_>>().join("/")))
        }
        _ => None,
    }
}

/// Returns the quoted text of a widget as a caption, because the provider may delete the post.
fn widget_words(node: &Handle) -> String {
    match super::text::of(node).is_empty() {
        true => String::new(),
        false => format!("<figcaption>{}</figcaption>", dom::inner_html(node)),
    }
}

/// Returns the start time in a player's address, such as `90`, `90s` or `1m30s`.
fn start_of(player: &Url) -> Option<String> {
    let in_query = ["start", "t", "time_continue"].iter().find_map(|name| parameter(player, name));
    let in_fragment = || player.fragment()?.strip_prefix("t=").map(str::to_owned);
    in_query.or_else(in_fragment).filter(|start| {
        start.starts_with(|c: char| c.is_ascii_digit())
            && start.bytes().all(|b| b.is_ascii_digit() || b"hms.".contains(&b))
    })
}

/// Returns a query parameter if it is 1 to 100 ASCII letters, digits, `-`, `_` or `.`.
fn parameter(url: &Url, name: &str) -> Option<String> {
    let value = url.query_pairs().find(|(found, _)| found == name)?.1;
    let is_plain = !value.is_empty()
        && value.len() <= 100
        && value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    is_plain.then(|| value.into_owned())
}

/// Returns the address of the post in a widget: from its attributes, or from the last link to a provider.
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
