//! The languages of posts and their translations, from the data of Polylang, WPML and Bogo.

use std::collections::HashMap;

use domain::language::Language;
use serde::Deserialize;

use super::{survey::meta, taxonomy, taxonomy::Use, xml::Element};

/// Custom fields in which plugins store the language of a post.
const FIELDS: [&str; 7] = [
    "_wpml_import_language_code",
    "_wpml_language_code",
    "wpml_language",
    "_wpml_language",
    "language_code",
    "_language",
    "_locale",
];

/// Custom fields with the id of the group of translations that a post belongs to.
const GROUPS: [&str; 4] = ["_wpml_import_translation_group", "_wpml_trid", "wpml_trid", "trid"];

/// Custom fields with the id of the post that this one is a translation of.
const ORIGINALS: [&str; 3] = ["_icl_lang_duplicate_of", "_original_post", "_pll_original_post"];

/// The languages of a file, and the groups of translations.
#[derive(Debug, Default)]
pub(super) struct Languages {
    /// Languages by the slug that Polylang uses in URLs.
    named: HashMap<String, Language>,
    groups: HashMap<String, Vec<Member>>,
    originals: HashMap<u64, u64>,
}

#[derive(Debug)]
struct Member {
    post: u64,
    language: Option<Language>,
    is_source: bool,
}

impl Languages {
    /// Adds a term of Polylang's taxonomy of languages.
    pub(super) fn add_term(&mut self, slug: &str, description: &str) {
        let record: Option<Record> =
            (description.len() < 4_096).then(|| php_serde::from_bytes(description.as_bytes()).ok()).flatten();
        let locale = record.and_then(|record| read(&record.locale));
        if let Some(language) = locale.or_else(|| read(slug)) {
            self.named.insert(slug.to_owned(), language);
        }
    }

    /// Adds a post.
    pub(super) fn add_post(&mut self, item: &Element, post: u64) {
        if let Some(group) = group_of(item) {
            let language = self.of(item);
            let is_source = meta(item, "_wpml_import_language_code").is_some()
                && meta(item, "_wpml_import_source_language_code").unwrap_or_default().is_empty();
            self.groups.entry(group).or_default().push(Member { post, language, is_source });
        }
        let of = ORIGINALS.iter().find_map(|name| meta(item, name)?.parse().ok());
        if let Some(of) = of.filter(|of| *of != post) {
            self.originals.insert(post, of);
        }
    }

    /// Returns the language of a post, if the file has it.
    pub(super) fn of(&self, item: &Element) -> Option<Language> {
        let filed = item
            .all("category")
            .find(|filed| taxonomy::of(filed.attribute("domain")) == Use::Language)
            .map(|filed| filed.attribute("nicename"));
        match filed {
            Some(slug) => self.named.get(slug).cloned().or_else(|| read(slug)),
            None => FIELDS.iter().find_map(|name| read(meta(item, name)?)),
        }
    }

    /// Returns the post that this one is a translation of.
    ///
    /// In a group of translations, that is the post marked as the source, or else the one in the site's
    /// language, or else the first one.
    pub(super) fn original_of(&self, item: &Element, post: u64, site: Option<&str>) -> Option<u64> {
        let first = group_of(item).and_then(|group| {
            let members = self.groups.get(&group)?;
            let primary = |language: &str| language.split('-').next().unwrap_or_default().to_owned();
            let in_site_language = |member: &&Member| match (&member.language, site) {
                (Some(language), Some(site)) => primary(language.as_str()) == primary(site),
                _ => false,
            };
            let of = members.iter().find(|member| member.is_source);
            let of = of.or_else(|| members.iter().find(in_site_language));
            of.or_else(|| members.iter().min_by_key(|member| member.post)).map(|member| member.post)
        });
        first.or_else(|| self.originals.get(&post).copied()).filter(|of| *of != post)
    }
}

fn group_of(item: &Element) -> Option<String> {
    let filed = item
        .all("category")
        .find(|filed| taxonomy::of(filed.attribute("domain")) == Use::Translations)
        .map(|filed| format!("term {}", filed.attribute("nicename")));
    filed.or_else(|| {
        let group = GROUPS.iter().find_map(|name| meta(item, name).filter(|group| !group.is_empty()));
        group.map(|group| format!("group {group}"))
    })
}

/// Polylang's record of a language.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Record {
    locale: String,
}

/// Parses languages such as `fr`, `pt-br`, `fr_FR` and `de_DE_formal`.
fn read(text: &str) -> Option<Language> {
    let written = text.trim().replace('_', "-");
    let written = written.trim_end_matches("-formal").trim_end_matches("-informal");
    if written.len() > 12 {
        return None;
    }
    written.parse().ok()
}
