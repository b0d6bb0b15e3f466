//! Code in `<pre>` whose language a plugin has in the tag: SyntaxHighlighter, Crayon, Enlighter, Prism.

use super::html;

/// The `<pre>` that is open.
#[derive(Default)]
pub(super) struct Listing {
    is_wrapped: bool,
}

impl Listing {
    /// Writes the tag of a `<pre>`: code of a known language stands in a `<code>` that names it.
    pub(super) fn tag(&mut self, tag: &str) -> String {
        if html::is_closing(tag) {
            return if std::mem::take(&mut self.is_wrapped) {
                format!("</code>{tag}")
            } else {
                tag.to_owned()
            };
        }
        match language(tag) {
            Some(language) => {
                self.is_wrapped = true;
                format!("<pre><code class=\"language-{language}\">")
            }
            None => tag.to_owned(),
        }
    }
}

/// `brush: php`, `lang:php`, `language-php`, `data-enlighter-language="php"`.
fn language(tag: &str) -> Option<String> {
    let class = html::attribute(tag, "class").unwrap_or_default().to_lowercase();
    let marked = ["brush:", "lang:", "language-", "lang-"].iter().find_map(|mark| {
        // A part of another word is no mark.
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
