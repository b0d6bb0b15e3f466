//! Decides what the terms of each taxonomy of an export become. Only topics become tags.

/// What the terms of a taxonomy become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// Sections.
    Section,
    /// Tags.
    Topic,
    /// The kind of an article.
    Format,
    /// Authors, from Co-Authors Plus and PublishPress Authors.
    Writer,
    /// Languages of posts, from Polylang.
    Language,
    /// Groups of posts that are translations of each other.
    Translations,
    /// Menus.
    Menu,
    /// Nothing: internal data of a plugin.
    Internal,
}

/// Taxonomies that are not topics.
const INTERNAL: &[&str] = &[
    "",
    "action-group",
    "amp_template",
    "amp_validation_error",
    "ef_editorial_meta",
    "ef_usergroup",
    "feedback",
    "fl-builder-template-category",
    "fl-builder-template-type",
    "flamingo_contact_tag",
    "flamingo_inbound_channel",
    "following_users",
    "following_usergroups",
    "gblocks_pattern_collections",
    "layout_category",
    "layout_pack",
    "layout_tag",
    "layout_type",
    "link_category",
    "media_category",
    "mediacategory",
    "attachment_category",
    "attachment_tag",
    "ml-slider",
    "module_width",
    "msgtype",
    "ngg_tag",
    "post_status",
    "scope",
    "table_category",
    "template_part",
    "term_language",
    "term_translations",
    "translation_priority",
    "vc_snippet_cat",
    "wpforms_log_type",
    "wpmf-category",
    "wpml_language",
    "yst_prominent_words",
];

/// Prefixes of internal taxonomies of WordPress and its plugins.
const INTERNAL_FAMILIES: &[&str] = &[
    "_",
    "wp_",
    "bp-",
    "bp_",
    "elementor_",
    "et_",
    "jp_",
    "pa_",
    "product_",
    "ppma_",
    "rank_math_",
    "tribe_",
    "wpcf_",
    "pll_",
    "icl_",
    "newspack_nl_",
    "mc4wp_",
    "acf-",
    "ct_",
];

/// Returns what the terms of a taxonomy become.
pub(super) fn of(taxonomy: &str) -> Use {
    match taxonomy {
        "category" => Use::Section,
        "tag" | "post_tag" => Use::Topic,
        "post_format" => Use::Format,
        "author" => Use::Writer,
        "language" => Use::Language,
        "post_translations" => Use::Translations,
        "nav_menu" => Use::Menu,
        name if INTERNAL.contains(&name) => Use::Internal,
        name if INTERNAL_FAMILIES.iter().any(|family| name.starts_with(family)) => Use::Internal,
        _ => Use::Topic,
    }
}

/// Returns whether a text is a description for readers. Some plugins store serialised records in that field.
pub(super) fn is_description(text: &str) -> bool {
    let text = text.trim();
    let bytes = text.as_bytes();
    let is_serialised = matches!(bytes, [b'a' | b'O' | b'C', b':', b'0'..=b'9', ..] if text.ends_with('}'))
        || matches!(bytes, [b's', b':', b'0'..=b'9', ..] if text.ends_with(';'))
        || matches!(bytes, [b'b' | b'i' | b'd', b':', b'0'..=b'9' | b'-', ..] if text.ends_with(';'));
    let is_json = matches!(bytes, [b'{' | b'[', .., b'}' | b']'])
        && serde_json::from_str::<serde_json::Value>(text).is_ok();
    !text.is_empty() && !is_serialised && !is_json
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_of_plugins_are_no_topics_and_no_descriptions() {
        for taxonomy in [
            "author",
            "language",
            "post_translations",
            "term_translations",
            "post_format",
            "nav_menu",
            "wp_theme",
            "elementor_library_type",
            "product_type",
            "",
        ] {
            assert_ne!(of(taxonomy), Use::Topic, "{taxonomy}");
        }
        for taxonomy in ["post_tag", "location", "series", "people", "topic"] {
            assert_eq!(of(taxonomy), Use::Topic, "{taxonomy}");
        }
        for text in [
            "",
            " ",
            "a:3:{s:6:\"locale\";s:5:\"fr_FR\";}",
            "{\"a\":1}",
            "O:8:\"stdClass\":0:{}",
            "s:1:\"x\";",
            "b:1;",
        ] {
            assert!(!is_description(text), "{text}");
        }
        for text in ["All about trade.", "a: first", "{curly}", "[sic]"] {
            assert!(is_description(text), "{text}");
        }
    }
}
