//! Converts a body's source to HTML.

use std::borrow::Cow;

use super::{Format, MAX_DEPTH, dom, markdown, raw};
use crate::error::{Error, Result};

pub(super) fn as_html(source: &str, format: Format) -> Result<String> {
    let html: Cow<'_, str> = match format {
        Format::Html => source.into(),
        Format::Markdown => markdown::to_html(source).into(),
        Format::Text => paragraphs(source).into(),
    };
    let shallow = (!dom::nests_deeper_than(&html, MAX_DEPTH)).then_some(html);
    shallow
        .and_then(raw::opened)
        .map(Cow::into_owned)
        .ok_or_else(|| Error::invalid("body.too_deep", format!("elements nest at most {MAX_DEPTH} deep")))
}

fn paragraphs(source: &str) -> String {
    let mut out = String::with_capacity(source.len() + 64);
    let lines = source.lines().map(str::trim_end).collect::<Vec<_>>();
    for paragraph in lines.split(|line| line.is_empty()).filter(|lines| !lines.is_empty()) {
        out.push_str("<p>");
        for (n, line) in paragraph.iter().enumerate() {
            if n > 0 {
                out.push_str("<br>");
            }
            out.push_str(&dom::escape(line));
        }
        out.push_str("</p>\n");
    }
    out
}
