//! Players of video and audio files: `<video>` and `<audio>`.
//!
//! Each becomes a figure that contains a plain player with its poster, sources and subtitles, and a link
//! to the file for front ends that show no players. Players never start by themselves. Frames of other
//! sites are in `embed.rs`.

use std::fmt::Write as _;

use markup5ever_rcdom::Handle;

use super::{dom, srcset::is_picture_address};
use crate::address::is_address;

/// The maximum number of sources, and of subtitles. No real player has as many.
const MAX_PARTS: usize = 50;

/// Returns the figure for a player. `None` if it has no file with a web address.
pub(super) fn figure(node: &Handle, kind: &str) -> Option<String> {
    let sources = sources(node);
    let address = dom::escape(sources.first()?.0.as_str());
    let mut html = format!(r#"<figure class="embed {kind}"><{kind} controls="" preload="none""#);
    for name in ["loop", "muted", "playsinline"] {
        if dom::attribute(node, name).is_some() {
            let _ = write!(html, r#" {name}="""#);
        }
    }
    let poster = dom::attribute(node, "poster").filter(|poster| is_picture_address(poster.trim()));
    push_attribute(&mut html, "poster", poster.as_deref().map(str::trim));
    for name in ["width", "height"] {
        push_attribute(&mut html, name, dom::attribute(node, name).as_deref());
    }
    html.push('>');
    for (address, source) in &sources {
        html.push_str("<source");
        push_attribute(&mut html, "src", Some(address));
        for name in ["type", "media"] {
            push_attribute(&mut html, name, dom::attribute(source, name).as_deref());
        }
        html.push('>');
    }
    for (address, track) in tracks(node) {
        html.push_str("<track");
        push_attribute(&mut html, "src", Some(&address));
        for name in ["kind", "srclang", "label", "default"] {
            push_attribute(&mut html, name, dom::attribute(&track, name).as_deref());
        }
        html.push('>');
    }
    let _ = write!(html, r#"<a href="{address}">{address}</a></{kind}></figure>"#);
    Some(html)
}

/// Whether an element is a figure that [`figure`] made.
pub(super) fn is_settled(node: &Handle) -> bool {
    let is_player = |node: &Handle| matches!(dom::name(node), Some("video" | "audio"));
    let is_own = |player: &Handle| {
        let first = player.children.borrow().first().and_then(file_of);
        dom::attribute(player, "controls").is_some()
            && dom::attribute(player, "src").is_none()
            && first.is_some_and(|file| is_address(&file))
    };
    dom::name(node) == Some("figure")
        && dom::has_class(node, "embed")
        && matches!(dom::find_all(node, is_player).as_slice(), [player] if is_own(player))
}

/// Returns the files of a player: its `src`, and those of its `source` elements.
fn sources(node: &Handle) -> Vec<(String, Handle)> {
    let below = dom::find_all(node, |child| dom::name(child) == Some("source"));
    let addressed =
        |source: &Handle| Some((file_of(source).filter(|file| is_address(file))?, source.clone()));
    std::iter::once(node).chain(&below).filter_map(addressed).take(MAX_PARTS).collect()
}

fn tracks(node: &Handle) -> Vec<(String, Handle)> {
    let below = dom::find_all(node, |child| dom::name(child) == Some("track"));
    let addressed =
        |track: &Handle| Some((file_of(track).filter(|file| is_picture_address(file))?, track.clone()));
    below.iter().filter_map(addressed).take(MAX_PARTS).collect()
}

fn file_of(node: &Handle) -> Option<String> {
    dom::attribute(node, "src").map(|address| address.trim().to_owned())
}

fn push_attribute(html: &mut String, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        let _ = write!(html, r#" {name}="{}""#, dom::escape(value));
    }
}
