//! The SEO fields of a post, from Yoast SEO, Rank Math, SEOPress, All in One SEO and The SEO Framework.

use serde_json::{Map, Value};

use super::{items::words, survey::meta, xml::Element};

const TITLES: [&str; 6] = [
    "_yoast_wpseo_title",
    "rank_math_title",
    "_seopress_titles_title",
    "_aioseo_title",
    "_aioseop_title",
    "_genesis_title",
];

const DESCRIPTIONS: [&str; 6] = [
    "_yoast_wpseo_metadesc",
    "rank_math_description",
    "_seopress_titles_desc",
    "_aioseo_description",
    "_aioseop_description",
    "_genesis_description",
];

const CANONICAL: [&str; 5] = [
    "_yoast_wpseo_canonical",
    "rank_math_canonical_url",
    "_seopress_robots_canonical",
    "_aioseop_custom_link",
    "_genesis_canonical_uri",
];

const IMAGES: [&str; 4] = [
    "_yoast_wpseo_opengraph-image-id",
    "rank_math_facebook_image_id",
    "_seopress_social_fb_img_attachment_id",
    "_social_image_id",
];

const PRIMARY: [&str; 5] = [
    "_yoast_wpseo_primary_category",
    "rank_math_primary_category",
    "_seopress_robots_primary_cat",
    "_primary_term_category",
    "epc_primary_category",
];

/// Values of the placeholders in titles and descriptions.
pub(super) struct Words<'w> {
    pub(super) headline: &'w str,
    pub(super) excerpt: &'w str,
    pub(super) section: &'w str,
    pub(super) site: &'w str,
    pub(super) tagline: &'w str,
}

/// Returns the id of the post's primary category.
pub(super) fn primary_category(item: &Element) -> Option<u64> {
    PRIMARY.iter().find_map(|name| meta(item, name)?.trim().parse().ok()).filter(|id| *id > 0)
}

/// Returns the fields of `seo`. `own` returns whether a URL is the post's own, and `has_picture` whether the
/// file contains an image.
pub(super) fn fields(
    item: &Element,
    words: &Words<'_>,
    own: impl Fn(&str) -> bool,
    has_picture: impl Fn(u64) -> bool,
    say: &mut dyn FnMut(&str, String),
) -> Value {
    let mut fields = Map::new();
    for (name, keys, max) in [("title", TITLES, 500), ("description", DESCRIPTIONS, 5_000)] {
        let Some(written) = keys.iter().find_map(|key| meta(item, key).filter(|text| !text.is_empty()))
        else {
            continue;
        };
        match filled(written, words) {
            Some(text) if !text.is_empty() => {
                fields.insert(name.to_owned(), text.chars().take(max).collect::<String>().into());
            }
            Some(_) => {}
            None => say("placeholder", format!("seo/{name}: has a placeholder that only WordPress fills")),
        }
    }
    let canonical = CANONICAL.iter().find_map(|key| meta(item, key)).unwrap_or_default();
    if canonical.starts_with("http") && domain::media::is_address(canonical) && !own(canonical) {
        fields.insert("canonicalUrl".to_owned(), canonical.into());
    }
    let image = IMAGES.iter().find_map(|key| meta(item, key)?.parse::<u64>().ok());
    if let Some(image) = image.filter(|image| has_picture(*image)) {
        fields.insert("image".to_owned(), image.to_string().into());
    }
    Value::Object(fields)
}

/// Replaces the placeholders of Yoast and SEOPress (`%%title%%`), Rank Math (`%title%`) and All in One SEO
/// (`#post_title`).
///
/// Returns `None` if the text has an unknown placeholder.
fn filled(text: &str, words: &Words<'_>) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['%', '#']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let mark = if rest.starts_with("%%") { "%%" } else { &rest[..1] };
        let inner = &rest[mark.len()..];
        let length = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(inner.len());
        let name = &inner[..length];
        let ends = mark == "#" || inner[length..].starts_with(mark);
        let is_name =
            name.starts_with(|c: char| c.is_ascii_lowercase()) && ends && (mark != "#" || name.contains('_'));
        if !is_name {
            out.push_str(mark);
            rest = inner;
            continue;
        }
        out.push_str(match name {
            "title" | "post_title" | "seo_title" => words.headline,
            "sitename" | "sitetitle" | "site_title" => words.site,
            "sitedesc" | "tagline" | "site_tagline" => words.tagline,
            "sep" | "separator" | "separator_sa" => "-",
            "excerpt" | "excerpt_only" | "post_excerpt" | "post_excerpt_only" => words.excerpt,
            "category" | "primary_category" | "post_category" | "_category_title" => words.section,
            "page" | "pagenumber" | "pagetotal" | "page_number" => "",
            _ => return None,
        });
        rest = &inner[length + if mark == "#" { 0 } else { mark.len() }..];
    }
    out.push_str(rest);
    let plain = self::words(&out);
    Some(plain.trim_matches(|c: char| c.is_whitespace() || c == '-').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_in() {
        let words = Words {
            headline: "Tax up",
            excerpt: "What it costs",
            section: "Economy",
            site: "The Paper",
            tagline: "Daily",
        };
        for (text, filled_in) in [
            ("%%title%% %%page%% %%sep%% %%sitename%%", Some("Tax up - The Paper")),
            ("%title% %sep% %sitename%", Some("Tax up - The Paper")),
            ("#post_title #separator_sa #site_title", Some("Tax up - The Paper")),
            ("%%title%% %%sep%% ", Some("Tax up")),
            ("Up by 5% and 10% #tax", Some("Up by 5% and 10% #tax")),
            ("%%cf_price%% only", None),
        ] {
            assert_eq!(filled(text, &words).as_deref(), filled_in, "{text}");
        }
    }
}
