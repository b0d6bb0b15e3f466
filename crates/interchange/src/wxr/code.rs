//! Code in `<pre>` elements whose language is in the tag, as SyntaxHighlighter, Crayon, Enlighter and Prism
//! write it.

use super::html::{self, Piece};

/// The state of the current `<pre>` element.
#[derive(Default)]
pub(super) struct Listing {
    /// The language, until the text of the element begins.
    language: Option<String>,
    is_wrapped: bool,
}

impl Listing {
    /// Opens a `<code>` element with the language, if one is pending.
    pub(super) fn begin(&mut self, out: &mut String) {
        if let Some(language) = self.language.take() {
            out.push_str(&opened(&language));
            self.is_wrapped = true;
        }
    }

    /// Writes a piece of HTML, and wraps code of a known language in a `<code>` element that names it.
    pub(super) fn write(&mut self, piece: Piece<'_>, out: &mut String) {
        let tag = match piece {
            Piece::Tag(tag) => Some((html::name(tag), html::is_closing(tag), tag)),
            _ => None,
        };
        if let Some((name, false, tag)) = &tag
            && name == "code"
            && let Some(language) = self.language.take()
        {
            match html::attribute_span(tag, "class") {
                Some(_) => out.push_str(tag),
                None => out.push_str(&opened(&language)),
            }
            return;
        }
        self.begin(out);
        if let Some((name, closing, tag)) = &tag
            && name == "pre"
        {
            if *closing && std::mem::take(&mut self.is_wrapped) {
                out.push_str("</code>");
            }
            self.language = if *closing { None } else { language(tag) };
        }
        out.push_str(piece.raw());
    }
}

fn opened(language: &str) -> String {
    format!("<code class=\"language-{language}\">")
}

/// Returns the language of a tag with `brush: php`, `lang:php`, `language-php` or
/// `data-enlighter-language="php"`.
fn language(tag: &str) -> Option<String> {
    let class = html::attribute(tag, "class").unwrap_or_default().to_lowercase();
    let marked = ["brush:", "lang:", "language-", "lang-"].iter().find_map(|mark| {
        // Ignore matches inside other words.
        class
            .match_indices(mark)
            .find(|(at, _)| {
                *at == 0
                    || !class.as_bytes()[at - 1].is_ascii_alphanumeric() && class.as_bytes()[at - 1] != b'-'
            })
            .map(|(at, _)| class[at + mark.len()..].to_owned())
    });
    let named = ["data-enlighter-language", "data-language", "data-lang", "lang-code"];
    let found = marked.or_else(|| named.iter().find_map(|name| html::attribute(tag, name)))?;
    let is_part = |c: char| c.is_ascii_alphanumeric() || "+#-".contains(c);
    let language: String = found.trim_start().chars().take_while(|c| is_part(*c)).take(40).collect();
    (!language.is_empty() && language != "default").then_some(language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_wrapped_once() {
        for (html, written) in [
            (
                "<pre class=\"lang:c\">a[b]</pre>c",
                "<pre class=\"lang:c\"><code class=\"language-c\">a[b]</code></pre>c",
            ),
            (
                "<pre class=\"lang:c\"><code>a</code></pre>",
                "<pre class=\"lang:c\"><code class=\"language-c\">a</code></pre>",
            ),
            (
                "<pre class=\"lang:c\"><code class=\"x\">a</code></pre>",
                "<pre class=\"lang:c\"><code class=\"x\">a</code></pre>",
            ),
            ("<pre>a</pre><code>b</code>", "<pre>a</pre><code>b</code>"),
        ] {
            let (mut listing, mut out) = (Listing::default(), String::new());
            html::pieces(html).for_each(|piece| listing.write(piece, &mut out));
            assert_eq!(out, written);
        }
    }

    #[test]
    fn a_language_in_a_class_is_kept() {
        for (tag, language_of) in [
            ("<pre class=\"brush: php; title: x\">", Some("php")),
            ("<pre class=\"lang:c++ decode:true\">", Some("c++")),
            ("<pre class='wp-block-code language-js'>", Some("js")),
            ("<pre class=\"EnlighterJSRAW\" data-enlighter-language=\"python\">", Some("python")),
            ("<pre class=\"wp-block-code\">", None),
            ("<pre class=\"slang-x\">", None),
            ("<pre>", None),
        ] {
            assert_eq!(language(tag).as_deref(), language_of, "{tag}");
        }
    }
}
