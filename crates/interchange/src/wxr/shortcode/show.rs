//! Converts known shortcodes to HTML. Blocks get empty lines around them, which separate paragraphs.

use serde_json::{Map, Value};

use super::{
    Attributes, MAX_DEPTH, Note, Setting,
    known::{Act, Known},
    replace_in,
    values::{decoded, is_label, is_words, linked, listed, plain_address, readable, unescaped},
};
use crate::wxr::{
    autop::embed,
    html::{self, Piece},
    players,
    survey::is_picture,
};

/// The replacement of a shortcode.
pub(super) enum Shown {
    /// Replaces the shortcode and its content.
    Whole(String),
    /// Replaces the opening and the closing tag. The content stays.
    Around(String, String),
}

/// A shortcode in a text.
pub(super) struct Shortcode<'c> {
    pub(super) known: Known,
    pub(super) name: &'c str,
    pub(super) attributes: &'c Attributes,
    /// The content, if there is a closing tag.
    pub(super) inner: Option<&'c str>,
}

/// Attributes whose text plugins show, in the order in which they show them.
const SHOWN: &[&str] = &[
    "title",
    "main_heading",
    "heading",
    "headline",
    "heading_text",
    "subtitle",
    "sub_title",
    "subhead",
    "subheading",
    "sub_heading",
    "subheading_text",
    "h2",
    "h4",
    "primary_title",
    "hover_title",
    "tab_title",
    "section_title",
    "list_title",
    "time_title",
    "time_sep_title",
    "banner_title",
    "banner_desc",
    "modal_title",
    "package_heading",
    "package_sub_heading",
    "counter_title",
    "title_front",
    "block_title_front",
    "text_front",
    "block_desc_front",
    "title_back",
    "block_title_back",
    "text_back",
    "block_desc_back",
    "fancytext_prefix",
    "fancytext_strings",
    "fancytext_suffix",
    "header",
    "question",
    "label",
    "label_value",
    "x_values",
    "name",
    "author",
    "cite",
    "position",
    "pos_in_org",
    "job_title",
    "company_name",
    "company",
    "artist_name",
    "album_name",
    "quote",
    "answer",
    "description",
    "text",
    "content",
    "long_title",
    "long_text",
    "caption",
    "call_text",
];

/// Attributes with the text of a heading or a button. The first one that is present is used.
const LABELS: [&str; 11] = [
    "main_heading",
    "text",
    "title",
    "heading",
    "headline",
    "label",
    "button_text",
    "btn_title",
    "content",
    "name",
    "caption",
];

/// Attributes with a text that plugins show when the pointer is over the shortcode.
const HINTS: [&str; 7] = ["title", "content", "text", "tip", "tooltip", "tooltip_text", "tooltip_content"];

/// Attributes with the label of a button inside a block, and those with its address.
const BUTTONS: &[(&str, &[&str])] = &[
    ("button_text", &["button_url", "button_link", "btn_link", "url", "link"]),
    ("btn_title", &["button_url", "button_link", "btn_link", "url", "link"]),
    ("btn_text", &["btn_url", "btn_link"]),
    ("button_one_text", &["button_one_url"]),
    ("button_two_text", &["button_two_url"]),
    ("button1_text", &["icon_link", "button1_link"]),
    ("button2_text", &["btn_icon_link", "button2_link"]),
    ("hover_btn_title", &["hover_btn_link"]),
    ("package_btn_text", &["package_link"]),
    ("read_text", &["link"]),
    ("linktext", &["link"]),
    ("link_text", &["link", "link_url"]),
];

/// Shortcodes that show an amount, with the attributes of its parts: before it, itself, after it.
const AMOUNTS: &[(&str, [&str; 3])] = &[
    ("vc_pie", ["", "value", "units"]),
    ("stat_counter", ["counter_prefix", "counter_value", "counter_suffix"]),
    ("ultimate_pricing", ["", "package_price", "package_unit"]),
    ("ultimate_info_table", ["", "package_price", "package_unit"]),
    ("et_pb_pricing_table", ["currency", "sum", "per"]),
    ("et_pb_number_counter", ["", "number", ""]),
    ("et_pb_circle_counter", ["", "number", ""]),
    ("et_pb_counter", ["", "percent", ""]),
    ("fusion_pricing_price", ["currency", "price", "time"]),
    ("fusion_counter_box", ["", "value", "unit"]),
    ("fusion_progress", ["", "percentage", "unit"]),
    ("su_plan", ["before", "price", "after"]),
    ("su_progress_bar", ["", "percent", ""]),
    ("su_progress_pie", ["before", "percent", "after"]),
];

/// Maximum number of entries that are read of a list in an attribute.
const MAX_ENTRIES: usize = 200;

impl Shortcode<'_> {
    pub(super) fn shown(&self, setting: &Setting<'_>, note: &mut dyn FnMut(Note<'_>)) -> Shown {
        let inner = self.inner.unwrap_or_default();
        match self.known.act {
            Act::Caption => self.caption(setting, note),
            Act::Gallery | Act::Playlist => {
                let shown = match self.known.act {
                    Act::Gallery => self.gallery(setting),
                    _ => self.playlist(setting),
                };
                let title = self.media_title();
                if shown.is_none() && title.is_empty() && inner.trim().is_empty() {
                    note(Note::Empty(self.name));
                }
                Shown::Around(title + &shown.unwrap_or_default(), String::new())
            }
            Act::Embed | Act::Provider(_) | Act::Player(_) => match self.of_address(note) {
                Shown::Whole(player) => Shown::Whole(self.media_title() + &player),
                Shown::Around(before, after) => Shown::Around(self.media_title() + &before, after),
            },
            Act::Picture => self.picture(setting, note),
            Act::Encoded => match decoded(inner) {
                Some(html) => Shown::Whole(format!("\n\n{html}\n\n")),
                None => block(""),
            },
            Act::Heading => self.heading(),
            Act::Quote => {
                let source = ["cite", "author", "job_title", "company_name"]
                    .iter()
                    .filter_map(|name| self.attributes.get(name).filter(|value| is_words(value)))
                    .collect::<Vec<_>>()
                    .join(", ");
                let source = if source.is_empty() { source } else { format!("<cite>{source}</cite>") };
                Shown::Around("\n\n<blockquote>\n\n".to_owned(), format!("\n\n{source}</blockquote>\n\n"))
            }
            Act::Button => self.button(),
            Act::Inline => {
                note(Note::Opened(self.name));
                Shown::Around(String::new(), String::new())
            }
            Act::Hint => {
                note(Note::Opened(self.name));
                let hint = self.texts(&HINTS).join(": ");
                match self.inner {
                    _ if hint.is_empty() || hint == inner.trim() => {
                        Shown::Around(String::new(), String::new())
                    }
                    Some(_) => Shown::Around(String::new(), format!(" ({hint})")),
                    None => Shown::Around(format!(" ({hint}) "), String::new()),
                }
            }
            Act::Block => {
                note(Note::Opened(self.name));
                block(&self.words())
            }
            Act::Computed => {
                note(match inner.trim().is_empty() {
                    true => Note::Empty(self.name),
                    false => Note::Opened(self.name),
                });
                block("")
            }
            // Never reached: the scanner handles these together with their closing tags.
            Act::Code(_) | Act::InlineCode => Shown::Around(String::new(), String::new()),
        }
    }

    /// Returns the texts for readers among these attributes.
    fn texts(&self, names: &[&str]) -> Vec<String> {
        let values = names.iter().filter_map(|name| self.attributes.get(name));
        values.filter(|value| is_words(value)).map(unescaped).collect()
    }

    /// Returns the words that page builders show above a player or a gallery.
    fn media_title(&self) -> String {
        if !["vc_", "et_pb_"].iter().any(|family| self.name.starts_with(family)) {
            return String::new();
        }
        let texts = self.texts(&["title", "artist_name", "album_name"]);
        texts.iter().map(|text| format!("\n\n<p><strong>{text}</strong></p>\n\n")).collect()
    }

    /// Returns the amount that a counter, a progress bar or a price shows.
    fn amount(&self) -> Option<String> {
        let (_, [before, value, after]) = AMOUNTS.iter().find(|(name, _)| *name == self.name)?;
        let value =
            self.attributes.get(value).filter(|value| value.contains(|c: char| c.is_ascii_digit()))?;
        let part = |name: &&str| self.attributes.get(name).map(unescaped).unwrap_or_default();
        let after = part(after);
        let gap = if after.starts_with(char::is_alphabetic) { " " } else { "" };
        Some(format!("{}{}{gap}{after}", part(before), unescaped(value)))
    }

    /// Returns the entries of the lists in the attributes, such as the bars of `vc_progress_bar`.
    fn entries(&self) -> Vec<String> {
        let units = self.attributes.get("units").unwrap_or_default();
        let lists = self.attributes.named.iter().filter_map(|(_, value)| listed(value));
        let mut entries: Vec<String> = lists
            .flat_map(|list| list.iter().take(MAX_ENTRIES).map(|one| entry(one, units)).collect::<Vec<_>>())
            .collect();
        // Old versions of WPBakery write `90|Development,80|Design`.
        if self.name == "vc_progress_bar"
            && let Some(written) = self.attributes.get("values").filter(|values| values.contains('|'))
        {
            entries.extend(written.split(',').take(MAX_ENTRIES).map(|bar| {
                let mut parts = bar.split('|');
                let (value, label) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
                format!("{} {value}{units}", unescaped(label))
            }));
        }
        entries.retain(|entry| !entry.trim().is_empty());
        entries
    }

    /// Returns the texts in the attributes as paragraphs and lists, and the image and buttons among the
    /// attributes.
    fn words(&self) -> String {
        let mut shown: Vec<String> = SHOWN
            .iter()
            .filter_map(|name| Some((*name, self.attributes.get(name)?)))
            .filter(|(name, value)| {
                is_words(value) && (is_label(value) || !["name", "position"].contains(name))
            })
            .map(|(_, value)| format!("<p><strong>{}</strong></p>", unescaped(value)))
            .collect();
        shown.extend(self.amount().map(|amount| format!("<p><strong>{amount}</strong></p>")));
        let entries = self.entries();
        if !entries.is_empty() {
            shown.push(format!("<ul><li>{}</li></ul>", entries.join("</li><li>")));
        }
        let address = |names: &[&str]| self.attributes.first(names).and_then(linked);
        if let Some(picture) = address(&["image", "src", "image_url"]).filter(|address| is_picture(address)) {
            let alt = self.attributes.first(&["alt", "image_alt"]).map(readable).unwrap_or_default();
            shown.insert(0, figure(&picture, &alt, ""));
        }
        for (label, addresses) in BUTTONS {
            let Some(label) = self.attributes.get(label).filter(|label| is_words(label)) else { continue };
            let label = unescaped(label);
            shown.push(match address(addresses) {
                Some(address) => format!("<p><a href=\"{}\">{label}</a></p>", html::escape(&address)),
                None => format!("<p>{label}</p>"),
            });
        }
        shown.join("\n")
    }

    fn heading(&self) -> Shown {
        let level = ["tag", "heading_tag", "header_level", "title_level", "font_container", "size"]
            .iter()
            .filter_map(|name| self.attributes.get(name))
            .find_map(|value| {
                let at = value.find(['h', 'H'])?;
                value[at + 1..].chars().next().filter(|digit| ('1'..='6').contains(digit))
            })
            .unwrap_or('2');
        let has_inner = self.inner.is_some_and(|inner| !inner.trim().is_empty());
        let label = self.attributes.first(&LABELS).filter(|value| is_words(value)).map(unescaped);
        let below = self.texts(&["sub_heading", "subheading", "subtitle"]);
        let below: String = below.iter().map(|text| format!("<p>{text}</p>\n\n")).collect();
        let (open, close) = (format!("\n\n<h{level}>"), format!("</h{level}>\n\n{below}"));
        match label {
            // The label is an attribute, and the content follows below it.
            Some(label) if has_inner => Shown::Around(format!("{open}{label}{close}"), "\n\n".to_owned()),
            Some(label) => Shown::Whole(format!("{open}{label}{close}")),
            None if has_inner => Shown::Around(open, close),
            None => Shown::Around(format!("\n\n{below}"), String::new()),
        }
    }

    fn button(&self) -> Shown {
        let address =
            self.address().or_else(|| self.attributes.first(&["link", "btn_link"]).and_then(linked));
        let link = match address {
            Some(address) => format!("<a href=\"{}\">", html::escape(&address)),
            None => String::new(),
        };
        let end = if link.is_empty() { "" } else { "</a>" };
        let has_inner = self.inner.is_some_and(|inner| !inner.trim().is_empty());
        let label = self.attributes.first(&LABELS).filter(|value| is_words(value)).map(unescaped);
        match label.filter(|_| !has_inner) {
            Some(label) => Shown::Whole(format!(" {link}{label}{end} ")),
            None => Shown::Around(format!(" {link}"), format!("{end} ")),
        }
    }

    /// Returns the URL in an attribute or in a value without a name, as in `[youtube https://…]`.
    fn address(&self) -> Option<String> {
        const NAMES: [&str; 26] = [
            "src",
            "url",
            "href",
            "link",
            "mp4",
            "m4v",
            "webm",
            "ogv",
            "flv",
            "mov",
            "mp3",
            "m4a",
            "ogg",
            "oga",
            "wav",
            "wma",
            "audio",
            "file",
            "video",
            "button_url",
            "custom_src",
            "button_link",
            "source",
            "image_url",
            "permalink",
            "link_url",
        ];
        let values = NAMES.iter().filter_map(|name| self.attributes.get(name));
        let bare = self.attributes.bare.iter().map(String::as_str);
        values.chain(bare).map(readable).find_map(|value| {
            let value = if value.starts_with("//") { format!("https:{value}") } else { value };
            let is_address =
                value.starts_with("http://") || value.starts_with("https://") || value.starts_with('/');
            // The player of old versions of WordPress takes `URL|option=…`.
            let value = value.split('|').next().unwrap_or_default().to_owned();
            (is_address && domain::media::is_address(&value)).then_some(value)
        })
    }

    /// Returns a player or an embed for the shortcode's URL, or else a link.
    fn of_address(&self, note: &mut dyn FnMut(Note<'_>)) -> Shown {
        let inner = readable(self.inner.unwrap_or_default().trim());
        // The URL can be between the tags, where the editor may have made it a link.
        let bare = plain_address(&inner);
        let address = bare.clone().or_else(|| self.address()).or_else(|| self.by_id());
        let Some(address) = address else {
            if inner.is_empty() {
                note(Note::Empty(self.name));
            }
            return Shown::Around(" ".to_owned(), " ".to_owned());
        };
        let watched = players::watch_address(&address).unwrap_or(address);
        let shown = match self.known.act {
            _ if domain::body::provider_of(&watched).is_some() => format!("\n\n{}\n\n", embed(&watched)),
            Act::Player(kind) => {
                format!("\n\n<{kind} src=\"{}\"></{kind}>\n\n", html::escape(&watched))
            }
            _ => {
                let escaped = html::escape(&watched);
                format!("\n\n<a href=\"{escaped}\">{escaped}</a>\n\n")
            }
        };
        match bare {
            Some(_) => Shown::Whole(shown),
            None => Shown::Around(shown, "\n\n".to_owned()),
        }
    }

    /// Returns the URL for an id at a provider.
    fn by_id(&self) -> Option<String> {
        let Act::Provider(provider) = self.known.act else { return None };
        let inner = self.inner.map(str::trim).filter(|inner| !inner.is_empty() && inner.len() < 40);
        let named = self.attributes.first(&["id", "clip_id", "video_id", "video", "v"]);
        let id = named.or(self.attributes.bare.first().map(String::as_str)).or(inner)?;
        let is_id = id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-' || c == '/');
        if !is_id {
            return None;
        }
        Some(match provider {
            "youtube" => format!("https://www.youtube.com/watch?v={id}"),
            "vimeo" => format!("https://vimeo.com/{id}"),
            "dailymotion" => format!("https://www.dailymotion.com/video/{id}"),
            "ted" => format!("https://www.ted.com/talks/view/id/{id}"),
            "x" => format!("https://twitter.com/i/status/{id}"),
            "gist" => format!("https://gist.github.com/{id}"),
            _ => return None,
        })
    }

    fn picture(&self, setting: &Setting<'_>, note: &mut dyn FnMut(Note<'_>)) -> Shown {
        let inner = readable(self.inner.unwrap_or_default().trim());
        let ids = ["image", "image_id", "attachment", "attachment_id", "id", "img_id"];
        let known = ids
            .iter()
            .filter_map(|name| self.attributes.get(name))
            .find_map(|value| value.split(['|', ',']).next()?.trim().parse().ok())
            .and_then(|id| setting.survey.picture(id));
        let named = self.attributes.first(&["src", "url", "image_url", "custom_src", "image", "img"]);
        let own = named.map(readable).filter(|address| domain::media::is_address(address));
        let between = plain_address(&inner);
        let words =
            self.attributes.first(&["caption", "title"]).filter(|value| is_words(value)).map(unescaped);
        let words = words.or_else(|| {
            let texts = self.texts(&["caption_title", "caption_text"]);
            (!texts.is_empty()).then(|| texts.join(": "))
        });
        let (address, alt, caption) = match (known, own.or_else(|| between.clone())) {
            (Some(picture), None) => {
                let caption = words.unwrap_or_else(|| html::escape(&picture.caption));
                (picture.url.clone(), picture.alt.clone(), caption)
            }
            (known, Some(address)) => {
                let alt = known.map(|picture| picture.alt.clone());
                let alt = alt.or_else(|| self.attributes.get("alt").map(readable));
                (address, alt.unwrap_or_default(), words.unwrap_or_default())
            }
            (None, None) => {
                if inner.is_empty() && words.is_none() {
                    note(Note::Empty(self.name));
                }
                return block(&words.map(|words| format!("<p>{words}</p>")).unwrap_or_default());
            }
        };
        let shown = figure(&address, &alt, &caption);
        match between {
            Some(_) => Shown::Whole(format!("\n\n{shown}\n\n")),
            None => Shown::Around(format!("\n\n{shown}\n\n"), "\n\n".to_owned()),
        }
    }

    /// Converts `[caption]<img> text[/caption]`. Before WordPress 3.4, the text was in an attribute.
    fn caption(&self, setting: &Setting<'_>, note: &mut dyn FnMut(Note<'_>)) -> Shown {
        let Some(inner) = self.inner.filter(|_| setting.depth < MAX_DEPTH) else {
            return block("");
        };
        let inner = replace_in(&Setting { depth: setting.depth + 1, ..*setting }, inner, note);
        let mut picture = String::new();
        let mut words = String::new();
        let mut link = String::new();
        for piece in html::pieces(&inner) {
            match piece {
                Piece::Tag(tag) if picture.is_empty() && html::name(tag) == "a" && !html::is_closing(tag) => {
                    link = tag.to_owned();
                }
                Piece::Tag(tag) if picture.is_empty() && html::name(tag) == "img" => {
                    picture = match link.is_empty() {
                        true => tag.to_owned(),
                        false => format!("{link}{tag}</a>"),
                    };
                }
                // The end of the link around the image.
                Piece::Tag(tag) if !link.is_empty() && html::name(tag) == "a" && html::is_closing(tag) => {
                    link.clear();
                }
                Piece::Comment(_) => {}
                piece => words.push_str(piece.raw()),
            }
        }
        let words = match words.trim() {
            "" => self.attributes.get("caption").unwrap_or_default(),
            words => words,
        };
        Shown::Whole(match (picture.is_empty(), words.is_empty()) {
            (true, _) => format!("\n\n{inner}\n\n"),
            (false, true) => format!("\n\n<figure>{picture}</figure>\n\n"),
            (false, false) => {
                format!("\n\n<figure>{picture}<figcaption>{words}</figcaption></figure>\n\n")
            }
        })
    }

    fn ids(&self, names: &[&str]) -> Option<Vec<u64>> {
        let listed = self.attributes.first(names)?;
        Some(listed.split(',').filter_map(|id| id.trim().parse().ok()).collect())
    }

    /// Converts `[gallery ids="1,2"]`. Without ids, it shows all images of the post.
    fn gallery(&self, setting: &Setting<'_>) -> Option<String> {
        let ids = self.ids(&["ids", "include", "images", "gallery_ids", "image_ids"]).unwrap_or_else(|| {
            let post = self.attributes.get("id").and_then(|id| id.parse().ok()).unwrap_or(setting.post);
            setting.survey.children(post)
        });
        let excluded = self.ids(&["exclude"]).unwrap_or_default();
        let pictures: Vec<String> = ids
            .into_iter()
            .filter(|id| !excluded.contains(id))
            .filter_map(|id| setting.survey.picture(id))
            .map(|picture| figure(&picture.url, &picture.alt, &html::escape(&picture.caption)))
            .collect();
        (!pictures.is_empty()).then(|| format!("\n\n<div class=\"gallery\">{}</div>\n\n", pictures.concat()))
    }

    /// Converts `[playlist ids="1,2"]` to one player for each id.
    fn playlist(&self, setting: &Setting<'_>) -> Option<String> {
        let players: Vec<String> = self
            .ids(&["ids", "include"])?
            .into_iter()
            .filter_map(|id| setting.survey.recording(id))
            .map(|(kind, url)| format!("<{kind} src=\"{}\"></{kind}>", html::escape(url)))
            .collect();
        (!players.is_empty()).then(|| format!("\n\n{}\n\n", players.join("\n\n")))
    }
}

/// Returns the words and the amount of an entry of a list in an attribute.
fn entry(entry: &Map<String, Value>, units: &str) -> String {
    let texts = SHOWN.iter().filter_map(|name| entry.get(*name)?.as_str()).filter(|text| is_words(text));
    let mut parts: Vec<String> = texts.map(str::to_owned).collect();
    let amount = ["value", "price", "percent", "number", "y_values"].iter().find_map(|name| {
        match entry.get(*name)? {
            Value::String(text) => {
                Some(text.clone()).filter(|text| text.contains(|c: char| c.is_ascii_digit()))
            }
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    });
    parts.extend(amount.map(|amount| format!("{amount}{units}")));
    parts.join(" ")
}

/// Returns a code block or inline code, with its text unchanged.
pub(super) fn code(known: Known, attributes: &Attributes, inner: &str) -> String {
    let text = html::escape(&code_text(inner));
    let Act::Code(language) = known.act else { return format!("<code>{text}</code>") };
    let named = attributes.first(&["lang", "language", "l", "syntax", "brush", "type"]);
    let named = named.or(attributes.bare.first().map(String::as_str)).unwrap_or(language);
    let named: String = named
        .to_lowercase()
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "+#.-_".contains(*c))
        .take(40)
        .collect();
    let class = if named.is_empty() { named } else { format!(" class=\"language-{named}\"") };
    format!("\n\n<pre><code{class}>{text}</code></pre>\n\n")
}

/// Returns the text that these plugins show: without line breaks at its start and end, and with the entities
/// decoded that the editor wrote for HTML characters.
fn code_text(inner: &str) -> String {
    let inner = inner.strip_prefix('\r').unwrap_or(inner);
    let inner = inner.strip_prefix('\n').unwrap_or(inner).trim_end_matches(['\n', '\r', ' ', '\t']);
    let mut out = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        const ENTITIES: [(&str, char); 10] = [
            ("&lt;", '<'),
            ("&gt;", '>'),
            ("&amp;", '&'),
            ("&quot;", '"'),
            ("&#039;", '\''),
            ("&#39;", '\''),
            ("&#34;", '"'),
            ("&#038;", '&'),
            ("&#91;", '['),
            ("&#93;", ']'),
        ];
        let (length, c) = ENTITIES
            .iter()
            .find(|(entity, _)| rest.starts_with(entity))
            .map_or((1, '&'), |(entity, c)| (entity.len(), *c));
        out.push(c);
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

/// Returns a block, with empty lines around it.
fn block(words: &str) -> Shown {
    Shown::Around(format!("\n\n{words}\n\n"), "\n\n".to_owned())
}

fn figure(address: &str, alt: &str, caption: &str) -> String {
    let caption = match caption.is_empty() {
        true => String::new(),
        false => format!("<figcaption>{caption}</figcaption>"),
    };
    format!("<figure><img src=\"{}\" alt=\"{}\">{caption}</figure>", html::escape(address), html::escape(alt))
}
