//! Decides which types of posts become articles: posts and pages, and the types that the operator names.

use std::collections::{BTreeMap, BTreeSet};

/// Types of WordPress and of common plugins that hold no content for readers, or that are imported as
/// something else.
const INTERNAL: &[&str] = &[
    // WordPress.
    "attachment",
    "custom_css",
    "customize_changeset",
    "nav_menu_item",
    "oembed_cache",
    "revision",
    "user_request",
    // Authors.
    "guest-author",
    "ppma_boxes",
    // Page builders.
    "cs_template",
    "elementor_font",
    "fl-builder-template",
    "layout",
    "templatera",
    "vc4_templates",
    // Forms, and what readers sent with them.
    "feedback",
    "mc4wp-form",
    "nf_sub",
    "ninja_form",
    "wpforms",
    // Shops: orders contain personal data.
    "edd_discount",
    "edd_log",
    "edd_payment",
    "give_forms",
    "give_payment",
    "product_variation",
    // Records of other plugins.
    "bp-email",
    "ml-slide",
    "ml-slider",
    "popup",
    "postman_sent_mail",
    "safecss",
    "scheduled-action",
    "tablepress_table",
    "tablepress",
];

/// Prefixes of internal types. WordPress reserves `wp_` for itself.
const INTERNAL_FAMILIES: &[&str] = &[
    "_",
    "acf-",
    "amp_",
    "elementor_",
    "et_",
    "flamingo_",
    "fusion_",
    "jetpack_",
    "jp_",
    "kadence_",
    "newspack_nl_",
    "newspack_popups_",
    "polylang_",
    "shop_",
    "vc_",
    "wp_",
    "wp-types-",
    "wpcf7_",
    "wpforms_",
    "wpml_",
];

/// Maximum number of types that a note names.
const MAX_NAMED: usize = 50;

/// The types of posts that become articles.
#[derive(Debug, Clone, Default)]
pub struct PostTypes(BTreeSet<String>);

impl PostTypes {
    /// Reads the names of types that become articles besides `post` and `page`.
    ///
    /// Returns an error message if a name is not valid, or if the type holds no articles.
    pub fn with(names: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self, String> {
        let mut types = BTreeSet::new();
        for name in names {
            let name = name.as_ref().trim();
            let is_name =
                name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-".contains(&b));
            match name {
                "" => continue,
                _ if !is_name => {
                    return Err(format!("--post-types: {name} is no name of a type, such as event"));
                }
                "attachment" => {
                    return Err("--post-types: attachment is always imported, as media".to_owned());
                }
                "guest-author" => {
                    return Err("--post-types: guest-author is always imported, as authors".to_owned());
                }
                name if is_internal(name) => {
                    return Err(format!(
                        "--post-types: {name} is internal to WordPress or to a plugin, and holds no articles"
                    ));
                }
                name => types.insert(name.to_owned()),
            };
        }
        Ok(Self(types))
    }

    /// Returns whether items of this type become articles.
    pub(super) fn has(&self, name: &str) -> bool {
        matches!(name, "post" | "page" | "") || self.0.contains(name)
    }

    /// Returns why items of a type are left out.
    pub(super) fn reason(name: &str) -> String {
        match is_internal(name) {
            true => format!("type: {name} is internal to WordPress or to a plugin"),
            false => format!("type: {name} becomes articles only with --post-types {name}"),
        }
    }

    /// Returns notes about a whole file: which types are left out, and which of the named ones it lacks.
    pub(super) fn notes(&self, found: &BTreeMap<String, u64>) -> Vec<String> {
        let mut notes = Vec::new();
        let left: Vec<_> = found.iter().filter(|(name, _)| !self.has(name) && !is_internal(name)).collect();
        if !left.is_empty() {
            let counted: Vec<String> =
                left.iter().take(MAX_NAMED).map(|(name, n)| format!("{n} of type {name}")).collect();
            let names: Vec<&str> = left.iter().take(MAX_NAMED).map(|(name, _)| name.as_str()).collect();
            let (counted, names) = (counted.join(", "), names.join(","));
            notes.push(format!(
                "left out: {counted}; those that are content for readers become articles with --post-types {names}"
            ));
        }
        for name in self
            .0
            .iter()
            .filter(|name| !matches!(name.as_str(), "post" | "page") && !found.contains_key(*name))
        {
            notes.push(format!("--post-types: nothing in this file is of type {name}"));
        }
        notes
    }
}

/// Returns whether a type holds no articles.
fn is_internal(name: &str) -> bool {
    INTERNAL.contains(&name) || INTERNAL_FAMILIES.iter().any(|family| name.starts_with(family))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_types_of_content_can_be_taken() {
        let types =
            PostTypes::with(["event", " review ", "", "tribe_events", "product", "page"]).expect("types");
        for name in ["post", "page", "", "event", "review", "tribe_events", "product"] {
            assert!(types.has(name), "{name}");
        }
        assert!(!types.has("book") && !PostTypes::default().has("event"));
        for name in [
            "nav_menu_item",
            "revision",
            "wp_template",
            "custom_css",
            "wp_block",
            "shop_order",
            "acf-field",
            "_x",
        ] {
            assert!(PostTypes::with([name]).is_err_and(|error| error.contains("is internal")), "{name}");
        }
        for name in ["attachment", "guest-author", "Event", "a b", "event;review"] {
            assert!(PostTypes::with([name]).is_err(), "{name}");
        }
    }
}
