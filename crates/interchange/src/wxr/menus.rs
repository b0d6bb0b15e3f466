//! The menus of an export. One of them becomes the site's navigation.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

use super::{
    body::Mark,
    html::{self, Piece},
    items::words,
    survey::{Survey, meta},
    taxonomy,
    taxonomy::Use,
    xml::Element,
};

/// Maximum number of entries of all menus. Real sites have far fewer.
const MAX_ENTRIES: usize = 5_000;

/// Maximum nesting depth of the navigation.
const MAX_DEPTH: usize = domain::site::Site::MAX_DEPTH;

/// Maximum number of entries below one parent.
const MAX_LEVEL: usize = 100;

/// Parts of the usual names of the main menu, the most reliable first.
const MAIN: [&str; 10] =
    ["primary", "main", "header", "top", "haupt", "principal", "navigation", "nav", "menu-1", "menu"];

/// The menus of a file.
#[derive(Debug, Default)]
pub(super) struct Menus {
    names: HashMap<String, String>,
    entries: Vec<Entry>,
}

/// An entry of a menu.
#[derive(Debug)]
struct Entry {
    id: u64,
    menu: String,
    parent: u64,
    order: i64,
    label: String,
    kind: String,
    object: String,
    object_id: u64,
    url: String,
}

/// The menu that becomes the navigation.
#[derive(Debug, Default)]
pub(super) struct Navigation {
    pub(super) entries: Vec<Value>,
    /// Ids of the menu items of the file that are in it.
    pub(super) taken: HashSet<u64>,
    pub(super) name: String,
    menu: String,
}

impl Menus {
    /// Adds the name of a menu.
    pub(super) fn add_term(&mut self, slug: &str, name: &str) {
        self.names.insert(slug.to_owned(), words(name));
    }

    /// Adds an entry of a menu.
    pub(super) fn add_item(&mut self, item: &Element, id: u64) {
        if self.entries.len() >= MAX_ENTRIES {
            return;
        }
        let get = |name: &str| meta(item, name).unwrap_or_default();
        let number = |name: &str| get(name).parse().unwrap_or_default();
        self.entries.push(Entry {
            id,
            menu: menu_of(item).to_owned(),
            parent: number("_menu_item_menu_item_parent"),
            order: item.get("wp:menu_order").parse().unwrap_or_default(),
            label: words(item.get("title")),
            kind: get("_menu_item_type").to_owned(),
            object: get("_menu_item_object").to_owned(),
            object_id: number("_menu_item_object_id"),
            url: get("_menu_item_url").to_owned(),
        });
    }

    /// Adds a menu of the block editor, whose entries are blocks in its text instead of items.
    pub(super) fn add_blocks(&mut self, item: &Element, id: u64) {
        let menu = format!("block {id}");
        self.names.insert(menu.clone(), words(item.get("title")));
        let mut open: Vec<u64> = Vec::new();
        for piece in html::pieces(item.get("content:encoded")) {
            let Piece::Comment(comment) = piece else { continue };
            let (name, attributes, is_alone) = match Mark::read(comment) {
                Some(Mark::Open { name, attributes }) => (name, attributes, false),
                Some(Mark::Alone { name, attributes }) => (name, attributes, true),
                Some(Mark::Close) => {
                    open.pop();
                    continue;
                }
                None => continue,
            };
            // Ids above those of all items.
            let own = (1 << 40) + self.entries.len() as u64;
            let parent = open.iter().rev().copied().find(|id| *id > 0).unwrap_or_default();
            let is_entry = matches!(name.as_str(), "navigation-link" | "navigation-submenu" | "home-link");
            if !is_alone {
                open.push(if is_entry { own } else { 0 });
            }
            if !is_entry || self.entries.len() >= MAX_ENTRIES {
                continue;
            }
            let text = |name: &str| attributes[name].as_str().unwrap_or_default().to_owned();
            let url = if name == "home-link" { "/".to_owned() } else { text("url") };
            let kind = match (url.is_empty(), text("kind").as_str()) {
                (true, "post-type") => "post_type",
                (true, "taxonomy") => "taxonomy",
                _ => "custom",
            };
            self.entries.push(Entry {
                id: own,
                menu: menu.clone(),
                parent,
                order: i64::try_from(self.entries.len()).unwrap_or_default(),
                label: words(&text("label")),
                kind: kind.to_owned(),
                object: text("type"),
                object_id: attributes["id"].as_u64().unwrap_or_default(),
                url,
            });
        }
    }

    /// Returns the navigation, made from the menu with the best name in [`MAIN`], or else the longest menu.
    pub(super) fn navigation(&self, survey: &Survey) -> Navigation {
        let mut lengths: HashMap<&str, usize> = HashMap::new();
        for entry in &self.entries {
            *lengths.entry(&entry.menu).or_default() += 1;
        }
        let rank = |menu: &str| {
            let name = format!("{menu} {}", self.name(menu)).to_lowercase();
            MAIN.iter().position(|main| name.contains(main)).unwrap_or(MAIN.len())
        };
        let chosen = lengths
            .into_iter()
            .min_by_key(|(menu, length)| (rank(menu), std::cmp::Reverse(*length), (*menu).to_owned()));
        let Some((menu, _)) = chosen else { return Navigation::default() };
        let mut below: HashMap<u64, Vec<&Entry>> = HashMap::new();
        let ids: HashSet<u64> =
            self.entries.iter().filter(|entry| entry.menu == menu).map(|entry| entry.id).collect();
        for entry in self.entries.iter().filter(|entry| entry.menu == menu) {
            let parent = if ids.contains(&entry.parent) { entry.parent } else { 0 };
            below.entry(parent).or_default().push(entry);
        }
        below.values_mut().for_each(|entries| entries.sort_by_key(|entry| (entry.order, entry.id)));
        let mut navigation =
            Navigation { menu: menu.to_owned(), name: self.name(menu).to_owned(), ..Navigation::default() };
        navigation.entries = level(&below, 0, 1, survey, &mut navigation.taken);
        navigation
    }

    fn name<'m>(&'m self, menu: &'m str) -> &'m str {
        self.names.get(menu).map_or(menu, String::as_str)
    }
}

impl Navigation {
    /// Returns whether the navigation is made from this menu of the block editor.
    pub(super) fn is_blocks(&self, id: u64) -> bool {
        !self.entries.is_empty() && self.menu == format!("block {id}")
    }

    /// Returns the reason why an entry is not in the navigation.
    pub(super) fn reason(&self, item: &Element) -> String {
        match menu_of(item) {
            menu if menu == self.menu => "the entry leads to nothing in this file".to_owned(),
            menu => format!("it is of the menu {menu}; the navigation is that of {}", self.name),
        }
    }
}

fn menu_of(item: &Element) -> &str {
    item.all("category")
        .find(|filed| taxonomy::of(filed.attribute("domain")) == Use::Menu)
        .map_or("", |filed| filed.attribute("nicename"))
}

fn level(
    below: &HashMap<u64, Vec<&Entry>>,
    parent: u64,
    depth: usize,
    survey: &Survey,
    taken: &mut HashSet<u64>,
) -> Vec<Value> {
    let mut entries = Vec::new();
    for entry in below.get(&parent).into_iter().flatten() {
        if depth > MAX_DEPTH || entries.len() >= MAX_LEVEL || taken.contains(&entry.id) {
            continue;
        }
        let Some((label, url)) = entry.target(survey) else { continue };
        taken.insert(entry.id);
        let children = level(below, entry.id, depth + 1, survey, taken);
        entries.push(json!({ "label": label, "url": url, "children": children }));
    }
    entries
}

impl Entry {
    /// Returns the label and the URL of an entry, or `None` if either is missing or invalid.
    fn target(&self, survey: &Survey) -> Option<(String, String)> {
        let (label, url) = match self.kind.as_str() {
            "post_type" => {
                let (title, path) = survey.titled(self.object_id)?;
                (title.to_owned(), path.to_owned())
            }
            "taxonomy" => {
                let (name, path) = survey.term_by_id(self.object_id, &self.object)?;
                (name, path)
            }
            _ => {
                let url = self.url.trim();
                let path = survey.path_here(url);
                let path = path.map(|path| if path.is_empty() { "/".to_owned() } else { path });
                (String::new(), path.unwrap_or_else(|| url.to_owned()))
            }
        };
        let label = if self.label.is_empty() { label } else { self.label.clone() };
        let is_shown = !label.is_empty() && (domain::media::is_address(&url) || url.starts_with('#'));
        is_shown.then_some((label, url))
    }
}
