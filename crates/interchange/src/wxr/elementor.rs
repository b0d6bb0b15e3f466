//! Text of pages built with Elementor, which stores it as a tree of widgets in a custom field.

use serde_json::Value;

use super::{html, survey::meta, xml::Element};

/// Converts the widgets of a page to HTML; `None` if it has none.
pub(super) fn content(item: &Element) -> Option<String> {
    let tree: Value = serde_json::from_str(meta(item, "_elementor_data")?).ok()?;
    let mut out = String::new();
    let mut open = vec![&tree];
    while let Some(node) = open.pop() {
        match node {
            Value::Array(nodes) => open.extend(nodes.iter().rev()),
            Value::Object(_) => {
                widget(&node["settings"], &mut out);
                open.push(&node["elements"]);
            }
            _ => {}
        }
    }
    (!out.trim().is_empty()).then_some(out)
}

/// Writes the text of one widget: its heading, its text, and the entries of its lists.
fn widget(settings: &Value, out: &mut String) {
    let text = |settings: &Value, name: &str| {
        settings[name].as_str().filter(|text| text.chars().any(char::is_alphabetic)).map(str::to_owned)
    };
    for name in ["title", "title_text", "tab_title"] {
        if let Some(title) = text(settings, name) {
            out.push_str(&format!("<h2>{title}</h2>\n\n"));
        }
    }
    let names = [
        "editor",
        "html",
        "shortcode",
        "description_text",
        "testimonial_content",
        "testimonial_name",
        "blockquote_content",
        "inner_text",
        "tab_content",
        "item_description",
        "caption",
        "text",
    ];
    for name in names {
        if let Some(text) = text(settings, name) {
            out.push_str(&text);
            out.push_str("\n\n");
        }
    }
    if let Some(image) = settings["image"]["url"].as_str().filter(|url| domain::media::is_address(url)) {
        out.push_str(&format!("<figure><img src=\"{}\"></figure>\n\n", html::escape(image)));
    }
    for address in ["youtube_url", "vimeo_url", "dailymotion_url"] {
        if let Some(address) = settings[address].as_str() {
            out.push_str(address);
            out.push_str("\n\n");
        }
    }
    for list in ["tabs", "icon_list", "slides"] {
        for entry in settings[list].as_array().into_iter().flatten().take(200) {
            widget(entry, out);
        }
    }
}
