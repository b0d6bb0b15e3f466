//! The body as a list of typed blocks, which a front end can lay out in its own way.
//!
//! Every block also has its `html`, so that a front end can show blocks of a type it does not know.
//! Attributes of removed wrapper elements are handled in `inherited.rs`.

use markup5ever_rcdom::{Handle, NodeData};
use serde::{Deserialize, Serialize};

use super::{
    anchors::level,
    dom, embed,
    inherited::{self, Direction},
    text,
};

/// One block of a body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase", rename_all_fields = "camelCase")]
#[expect(missing_docs, reason = "the fields say what they are; the views document them for clients")]
pub enum Block {
    Paragraph { html: String },
    Heading { html: String, id: String, level: u8, text: String },
    Quote { html: String, text: String, cite: Option<String> },
    Pullquote { html: String, text: String, cite: Option<String> },
    List { html: String, ordered: bool, items: Vec<String> },
    Image { html: String, image: Image },
    Gallery { html: String, images: Vec<Image> },
    Embed { html: String, provider: String, url: String },
    Code { html: String, language: Option<String>, text: String },
    Table { html: String, caption: Option<String>, head: Vec<Vec<String>>, rows: Vec<Vec<String>> },
    Divider { html: String },
    Html { html: String },
}

/// An image in a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Image {
    /// The URL of the image.
    pub url: String,
    /// The image in other sizes, as a value of the HTML attribute `srcset`.
    #[serde(default)]
    pub srcset: Option<String>,
    /// The width at which it is shown, as a value of the HTML attribute `sizes`.
    #[serde(default)]
    pub sizes: Option<String>,
    /// The alternative text.
    pub alt: Option<String>,
    /// The width in pixels, from the source.
    pub width: Option<u32>,
    /// The height in pixels, from the source.
    pub height: Option<u32>,
    /// The caption, as HTML.
    pub caption: Option<String>,
    /// Who made it, as plain text.
    pub credit: Option<String>,
}

impl Block {
    /// The block as HTML.
    pub fn html(&self) -> &str {
        match self {
            Self::Paragraph { html }
            | Self::Heading { html, .. }
            | Self::Quote { html, .. }
            | Self::Pullquote { html, .. }
            | Self::List { html, .. }
            | Self::Image { html, .. }
            | Self::Gallery { html, .. }
            | Self::Embed { html, .. }
            | Self::Code { html, .. }
            | Self::Table { html, .. }
            | Self::Divider { html }
            | Self::Html { html } => html,
        }
    }
}

/// Returns the blocks below a node.
///
/// Wrappers such as `div` are replaced by their content, and inline content between blocks becomes
/// paragraphs. Changes the tree, because ids, direction and language of wrappers move to the blocks.
pub(super) fn of(root: &Handle) -> Vec<Block> {
    let mut blocks = Blocks::default();
    let mut open = vec![(root.children.borrow().clone().into_iter(), Direction::default())];
    while let Some((level, direction)) = open.last_mut() {
        match level.next() {
            None => {
                blocks.end_paragraph(direction);
                open.pop();
            }
            Some(node) if is_wrapper(&node) => {
                blocks.end_paragraph(direction);
                blocks.anchors.extend(dom::attribute(&node, "id"));
                let direction = direction.within(&node);
                open.push((node.children.borrow().clone().into_iter(), direction));
            }
            Some(node) => blocks.push(&node, direction),
        }
    }
    blocks.end()
}

#[derive(Default)]
struct Blocks {
    done: Vec<Block>,
    inline: String,
    /// Ids of removed wrappers and empty paragraphs, for the next block.
    anchors: Vec<String>,
}

impl Blocks {
    fn push(&mut self, node: &Handle, direction: &Direction) {
        if is_ignorable(node) {
            self.anchors.extend(inherited::ids_of(node));
            return;
        }
        if is_block(node) {
            let left_over = inherited::take_anchors(node, std::mem::take(&mut self.anchors));
            self.inline.extend(left_over.iter().map(|id| inherited::anchor(id)));
            direction.give_to(node);
        }
        match block(node) {
            Some(block) => {
                self.end_paragraph(direction);
                self.done.push(block);
            }
            None => {
                self.inline.extend(self.anchors.drain(..).map(|id| inherited::anchor(&id)));
                self.inline.push_str(&dom::outer_html(node));
            }
        }
    }

    fn end_paragraph(&mut self, direction: &Direction) {
        let inline = std::mem::take(&mut self.inline);
        let inline = inline.trim();
        if !inline.is_empty() {
            self.done.push(Block::Paragraph { html: format!("<p{}>{inline}</p>", direction.attributes()) });
        }
    }

    fn end(mut self) -> Vec<Block> {
        if !self.anchors.is_empty() {
            let html = self.anchors.iter().map(|id| inherited::anchor(id)).collect();
            self.done.push(Block::Html { html });
        }
        self.done
    }
}

fn is_ignorable(node: &Handle) -> bool {
    let shows = |node: &Handle| match &node.data {
        NodeData::Text { .. } => !dom::is_blank(node),
        _ => dom::name(node) == Some("img"),
    };
    matches!(node.data, NodeData::Comment { .. }) || (dom::name(node) == Some("p") && !dom::any(node, shows))
}

/// Whether [`block`] makes a block of this element, judged by its name and class.
fn is_block(node: &Handle) -> bool {
    let is_named_so = matches!(
        dom::name(node),
        Some(
            "p" | "h1"
                | "h2"
                | "h3"
                | "h4"
                | "h5"
                | "h6"
                | "blockquote"
                | "ul"
                | "ol"
                | "div"
                | "figure"
                | "img"
                | "picture"
                | "pre"
                | "table"
                | "hr"
                | "dl"
                | "details"
                | "map"
                | "address"
        )
    );
    is_named_so || dom::has_class(node, "pullquote")
}

fn is_wrapper(node: &Handle) -> bool {
    let wraps = matches!(
        dom::name(node),
        Some(
            "div"
                | "section"
                | "article"
                | "main"
                | "center"
                | "header"
                | "footer"
                | "hgroup"
                | "nav"
                | "aside"
        )
    );
    wraps
        && !dom::has_class(node, "pullquote")
        && !dom::has_class(node, "gallery")
        && !dom::has_class(node, "embed")
}

/// Returns the block for a node. `None` for inline content.
fn block(node: &Handle) -> Option<Block> {
    let name = dom::name(node)?;
    let html = || dom::outer_html(node);
    if dom::has_class(node, "pullquote") {
        let (text, cite) = quotation(node);
        return Some(Block::Pullquote { html: html(), text, cite });
    }
    Some(match name {
        "p" => return paragraph(node),
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Block::Heading {
            html: html(),
            id: dom::attribute(node, "id").unwrap_or_default(),
            level: level(node)?,
            text: text::line_of(node),
        },
        "blockquote" => {
            let (text, cite) = quotation(node);
            Block::Quote { html: html(), text, cite }
        }
        "ul" | "ol" if dom::has_class(node, "gallery") => gallery(node),
        "ul" | "ol" => Block::List { html: html(), ordered: name == "ol", items: items(node) },
        "div" | "figure" if dom::has_class(node, "gallery") => gallery(node),
        "figure" | "div" => return Some(figure(node)),
        "img" => Block::Image { html: html(), image: image(node, None)? },
        "picture" => Block::Image { html: html(), image: image(&dom::find(node, "img")?, None)? },
        "pre" => code(node),
        "table" => table(node, node),
        "hr" => Block::Divider { html: html() },
        "dl" | "details" | "map" | "address" => Block::Html { html: html() },
        _ => return None,
    })
}

/// Makes a paragraph. One that contains only images becomes an image or a gallery.
fn paragraph(node: &Handle) -> Option<Block> {
    let only_pictures = text::of(node).is_empty();
    let pictures = dom::find_all(node, |child| dom::name(child) == Some("img"));
    match pictures.as_slice() {
        [picture] if only_pictures && dom::attribute(picture, "src").is_some() => {
            Some(Block::Image { html: dom::outer_html(node), image: image(picture, None)? })
        }
        [_, _, ..] if only_pictures => Some(gallery(node)),
        _ => Some(Block::Paragraph { html: dom::outer_html(node) }),
    }
}

fn figure(node: &Handle) -> Block {
    let html = dom::outer_html(node);
    if dom::has_class(node, "embed") {
        let address = dom::find(node, "a").and_then(|link| dom::attribute(&link, "href"));
        // A player of a file has no provider; `video` or `audio` is used instead.
        let file = ["video", "audio"].into_iter().find(|class| dom::has_class(node, class));
        if let Some((url, provider)) =
            address.and_then(|url| embed::provider_of(&url).or(file).map(|provider| (url, provider)))
        {
            return Block::Embed { html, provider: provider.to_owned(), url };
        }
    }
    if let Some(inner) = dom::find(node, "table") {
        return table(node, &inner);
    }
    let pictures = dom::find_all(node, |child| dom::name(child) == Some("img"));
    match pictures.as_slice() {
        [] => Block::Html { html },
        [picture] => match image(picture, dom::find(node, "figcaption").as_ref()) {
            Some(image) => Block::Image { html, image },
            None => Block::Html { html },
        },
        _ => gallery(node),
    }
}

fn gallery(node: &Handle) -> Block {
    let units = dom::find_all(node, |child| matches!(dom::name(child), Some("figure" | "img")));
    let images = units
        .iter()
        .filter_map(|unit| match dom::name(unit) {
            Some("img") => image(unit, None),
            _ => image(&dom::find(unit, "img")?, dom::find(unit, "figcaption").as_ref()),
        })
        .collect();
    Block::Gallery { html: dom::outer_html(node), images }
}

fn image(picture: &Handle, caption: Option<&Handle>) -> Option<Image> {
    let pixels =
        |name| dom::attribute(picture, name).and_then(|value| value.trim_end_matches("px").parse().ok());
    let credit = caption.and_then(|caption| {
        dom::find_all(caption, |child| dom::has_class(child, "credit") || dom::name(child) == Some("cite"))
            .into_iter()
            .next()
    });
    let caption = caption.map(|caption| {
        let whole = dom::inner_html(caption);
        let without =
            credit.as_ref().map_or(whole.clone(), |credit| whole.replace(&dom::outer_html(credit), ""));
        without.trim().to_owned()
    });
    Some(Image {
        url: dom::attribute(picture, "src")?,
        srcset: dom::attribute(picture, "srcset"),
        sizes: dom::attribute(picture, "sizes"),
        alt: dom::attribute(picture, "alt"),
        width: pixels("width"),
        height: pixels("height"),
        caption: caption.filter(|caption| !caption.is_empty()),
        credit: credit.map(|credit| text::line_of(&credit)),
    })
}

/// Returns the text of a quotation, and the source it names.
fn quotation(node: &Handle) -> (String, Option<String>) {
    let whole = text::of(node);
    let source = dom::find_all(node, |child| matches!(dom::name(child), Some("cite" | "footer")))
        .into_iter()
        .next_back();
    match source.map(|source| text::line_of(&source)) {
        Some(cite) if !cite.is_empty() => {
            let words = whole.strip_suffix(cite.as_str()).map_or(whole.as_str(), str::trim_end);
            let words = words.trim_end_matches(['—', '–', '-']).trim_end();
            (words.to_owned(), Some(cite.trim_start_matches(['—', '–', '-']).trim_start().to_owned()))
        }
        _ => (whole, None),
    }
}

fn items(list: &Handle) -> Vec<String> {
    let children = list.children.borrow();
    children.iter().filter(|child| dom::name(child) == Some("li")).map(inherited::content_of).collect()
}

fn code(node: &Handle) -> Block {
    let language =
        dom::find(node, "code").and_then(|code| dom::attribute(&code, "class")).and_then(|class| {
            class.split(' ').find_map(|class| class.strip_prefix("language-")).map(str::to_owned)
        });
    Block::Code { html: dom::outer_html(node), language, text: text::of(node) }
}

fn table(outer: &Handle, table: &Handle) -> Block {
    let caption = dom::find(table, "caption").or_else(|| dom::find(outer, "figcaption"));
    let (foot, upper): (Vec<_>, Vec<_>) = rows(table).into_iter().partition(|(in_foot, _)| *in_foot);
    let mut head = Vec::new();
    let mut rows = Vec::new();
    // Browsers show the foot last, wherever it is in the source.
    for (_, row) in upper.into_iter().chain(foot) {
        let cells = dom::find_all(&row, |child| matches!(dom::name(child), Some("td" | "th")));
        let only_heads = !cells.is_empty() && cells.iter().all(|cell| dom::name(cell) == Some("th"));
        let cells = cells.iter().map(inherited::content_of).collect();
        if only_heads && rows.is_empty() { head.push(cells) } else { rows.push(cells) }
    }
    Block::Table {
        html: dom::outer_html(outer),
        caption: caption.map(|caption| inherited::content_of(&caption)),
        head,
        rows,
    }
}

/// Returns the rows of a table in source order, each with whether it is in the foot.
fn rows(table: &Handle) -> Vec<(bool, Handle)> {
    let parts = dom::find_all(table, |child| matches!(dom::name(child), Some("tr" | "tfoot")));
    let mut rows = Vec::new();
    for part in parts {
        match dom::name(&part) {
            Some("tfoot") => {
                let below = dom::find_all(&part, |child| dom::name(child) == Some("tr"));
                rows.extend(below.into_iter().map(|row| (true, row)));
            }
            _ => rows.push((false, part)),
        }
    }
    rows
}
