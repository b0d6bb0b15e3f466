//! The first pass over an export, which collects what the second pass needs before it appears in the file.
//!
//! For example, a gallery can name images that come later, and a link can lead to any post.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
    io::BufRead,
};

use domain::{body::plain_text, resolve::address_slug, slug::Slug};
use url::Url;

use super::{
    items::{slug, words},
    languages::Languages,
    menus::Menus,
    people::People,
    post_types::PostTypes,
    taxonomy::{self, Use},
    xml::{Channel, Element},
};

/// Maximum bytes of all reusable blocks that are kept.
const MAX_REUSED: usize = 16 * 1024 * 1024;

/// Maximum number of post titles that are kept for menus. Titles of pages are always kept.
const MAX_TITLES: usize = 20_000;

/// An image of the file.
#[derive(Debug, Clone)]
pub(super) struct Picture {
    pub(super) url: String,
    pub(super) alt: String,
    pub(super) caption: String,
}

/// A category or a tag of the file.
#[derive(Debug)]
struct Filed {
    is_section: bool,
    nicename: String,
    name: String,
    parent: String,
}

/// What is known about a whole export: its images, terms, authors, menus, languages and paths.
#[derive(Debug, Default)]
pub struct Survey {
    hosts: HashSet<String>,
    base: Option<Url>,
    pictures: HashMap<u64, Picture>,
    recordings: HashMap<u64, (&'static str, String)>,
    children: HashMap<u64, Vec<u64>>,
    /// Digests of the paths of all items.
    paths: HashSet<u64>,
    /// Terms by id. Merged exports repeat ids.
    terms: HashMap<u64, Vec<Filed>>,
    sections: HashMap<String, String>,
    /// Custom taxonomies of the terms that become tags, by the slug of the term.
    topics: HashMap<String, BTreeSet<String>>,
    /// Slugs of pages. A page's path here is its slug.
    page_slugs: HashSet<String>,
    titles: HashMap<u64, (String, String)>,
    reusable: HashMap<u64, String>,
    reused: HashSet<u64>,
    /// How many items there are of each type, without trash.
    pub(super) types: BTreeMap<String, u64>,
    /// The types that become articles.
    pub(super) post_types: PostTypes,
    pub(super) people: People,
    pub(super) languages: Languages,
    pub(super) menus: Menus,
}

impl Survey {
    /// Reads a file up to its end or the first error. Only posts and pages become articles.
    pub fn of(input: impl BufRead) -> Self {
        Self::with(input, PostTypes::default())
    }

    /// Like [`Survey::of`], but items of these types become articles too.
    pub fn with(input: impl BufRead, post_types: PostTypes) -> Self {
        let mut survey = Self { post_types, ..Self::default() };
        let mut channel = Channel::new(input);
        let mut kept = 0;
        while let Ok(Some(element)) = channel.next() {
            match element.name.as_str() {
                "link" | "wp:base_site_url" | "wp:base_blog_url" => survey.add_host(element.text.trim()),
                "wp:author" | "wp:wp_author" => survey.people.add_user(&element),
                "wp:category" | "wp:tag" | "wp:term" => survey.add_term(&element),
                "item" => survey.add_item(&element, &mut kept),
                _ => {}
            }
        }
        survey.people.settle();
        survey
    }

    fn add_host(&mut self, address: &str) {
        let Ok(url) = Url::parse(address) else { return };
        let Some(host) = url.host_str() else { return };
        let host = host.trim_start_matches("www.").to_owned();
        // Every blog hosted at WordPress.com has this host as its network.
        if host != "wordpress.com" {
            self.hosts.insert(host);
            self.base.get_or_insert(url);
        }
    }

    fn add_term(&mut self, element: &Element) {
        let (taxonomy, nicename, name, parent) = match element.name.as_str() {
            "wp:category" => ("category", "wp:category_nicename", "wp:cat_name", "wp:category_parent"),
            "wp:tag" => ("post_tag", "wp:tag_slug", "wp:tag_name", ""),
            _ => (element.get("wp:term_taxonomy"), "wp:term_slug", "wp:term_name", "wp:term_parent"),
        };
        let (nicename, name) = (element.get(nicename), element.get(name));
        match taxonomy::of(taxonomy) {
            usage @ (Use::Section | Use::Topic) => {
                self.add_topic(taxonomy, nicename, name);
                let is_section = usage == Use::Section;
                let parent = if is_section { element.get(parent) } else { "" };
                if is_section {
                    self.sections.insert(nicename.to_owned(), parent.to_owned());
                }
                if let Ok(id) = element.get("wp:term_id").parse() {
                    let filed = Filed {
                        is_section,
                        nicename: nicename.to_owned(),
                        name: words(name),
                        parent: parent.to_owned(),
                    };
                    self.terms.entry(id).or_default().push(filed);
                }
            }
            Use::Writer => self.people.add_term(nicename, name, element.get("wp:term_description")),
            Use::Language => self.languages.add_term(nicename, element.get("wp:term_description")),
            Use::Menu => self.menus.add_term(nicename, name),
            Use::Format | Use::Translations | Use::Internal => {}
        }
    }

    /// Adds the taxonomy of a term. Addresses of categories and tags need none.
    fn add_topic(&mut self, taxonomy: &str, nicename: &str, name: &str) {
        if matches!(taxonomy, "post_tag" | "tag") || taxonomy::of(taxonomy) != Use::Topic {
            return;
        }
        let nicename = if nicename.is_empty() { name } else { nicename };
        let taxonomies = self.topics.entry(nicename.to_owned()).or_default();
        if !taxonomies.contains(taxonomy) {
            taxonomies.insert(taxonomy.to_owned());
        }
    }

    fn add_item(&mut self, item: &Element, kept: &mut usize) {
        for filed in item.all("category") {
            self.add_topic(filed.attribute("domain"), filed.attribute("nicename"), filed.text.trim());
        }
        let path = self.path_here(item.get("link"));
        if let Some(path) = &path {
            self.paths.insert(digest(path));
        }
        let id = item.get("wp:post_id").parse::<u64>().unwrap_or_default();
        let is_there = !matches!(item.get("wp:status"), "trash" | "auto-draft");
        let kind = item.get("wp:post_type");
        if is_there {
            match self.types.get_mut(kind) {
                Some(count) => *count += 1,
                None => drop(self.types.insert(kind.to_owned(), 1)),
            }
        }
        match kind {
            "attachment" => self.add_attachment(item),
            "guest-author" => self.people.add_guest(item),
            "nav_menu_item" => self.menus.add_item(item, id),
            "wp_navigation" if is_there => self.menus.add_blocks(item, id),
            "wp_block" if is_there => {
                let content = item.get("content:encoded");
                if *kept + content.len() <= MAX_REUSED {
                    *kept += content.len();
                    self.reusable.insert(id, content.to_owned());
                }
            }
            kind if is_there && self.post_types.has(kind) => {
                let is_page = kind == "page";
                if is_page {
                    let named = match item.get("wp:post_name") {
                        "" => item.get("title"),
                        name => name,
                    };
                    self.page_slugs.insert(Slug::of(&slug(named), "article").to_string());
                }
                if let Some(path) = path
                    && (is_page || self.titles.len() < MAX_TITLES)
                {
                    self.titles.insert(id, (words(item.get("title")), path));
                }
                self.languages.add_post(item, id);
            }
            _ => {}
        }
        self.add_reused(item.get("content:encoded"));
    }

    /// Adds the reusable blocks that a text uses.
    fn add_reused(&mut self, content: &str) {
        for (at, mark) in content.match_indices("<!-- wp:block ") {
            let rest = &content[at + mark.len()..];
            let attributes = rest.split("-->").next().unwrap_or_default();
            if let Some(id) = reference(attributes) {
                self.reused.insert(id);
            }
        }
    }

    fn add_attachment(&mut self, item: &Element) {
        let Ok(id) = item.get("wp:post_id").parse::<u64>() else { return };
        let url = attachment_url(item);
        if !is_picture(&url) {
            let kind = mime_guess::from_path(&url).first_raw().and_then(|mime| mime.split('/').next());
            let kind = ["audio", "video"].into_iter().find(|known| kind == Some(*known));
            self.recordings.extend(kind.map(|kind| (id, (kind, url))));
            return;
        }
        if let Ok(parent @ 1..) = item.get("wp:post_parent").parse::<u64>() {
            self.children.entry(parent).or_default().push(id);
        }
        let alt = meta(item, "_wp_attachment_image_alt").unwrap_or_default().to_owned();
        let caption = plain_text(item.get("excerpt:encoded"));
        self.pictures.insert(id, Picture { url, alt, caption });
    }

    /// Returns the path and query of a URL of the imported site; `None` for other sites.
    pub(super) fn path_here(&self, address: &str) -> Option<String> {
        let url = Url::parse(address.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        let host = url.host_str()?;
        if !self.hosts.contains(host.trim_start_matches("www.")) {
            return None;
        }
        Some(match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        })
    }

    /// Returns whether an item of the file has this path.
    pub(super) fn knows(&self, path: &str) -> bool {
        let bare = path.split('?').next().unwrap_or_default();
        [path, bare].iter().any(|path| self.paths.contains(&digest(path)))
    }

    /// Returns the absolute URL on the imported site. Relative URLs are relative to `page`.
    pub(super) fn absolute(&self, address: &str, page: &str) -> Option<String> {
        let base = self.base.as_ref()?;
        let page = Url::parse(page).ok().filter(|page| page.host() == base.host());
        Some(page.as_ref().unwrap_or(base).join(address).ok()?.to_string())
    }

    /// Returns whether a path is the address of a term of a custom taxonomy.
    pub(super) fn is_topic(&self, path: &str) -> bool {
        let path = path.split('?').next().unwrap_or_default().trim_matches('/');
        let (taxonomy, name) = path.split_once('/').unwrap_or_default();
        self.topics.get(name).is_some_and(|taxonomies| taxonomies.contains(taxonomy))
    }

    /// Returns the slugs that lead from the addresses of a tag in custom taxonomies.
    pub(super) fn topic_slugs(&self, nicename: &str) -> Vec<String> {
        let taxonomies = self.topics.get(nicename).into_iter().flatten();
        taxonomies.map(|taxonomy| address_slug(taxonomy, &slug(nicename)).to_string()).collect()
    }

    pub(super) fn picture(&self, id: u64) -> Option<&Picture> {
        self.pictures.get(&id)
    }

    /// Returns the HTML element and the URL of a video or audio file.
    pub(super) fn recording(&self, id: u64) -> Option<(&'static str, &str)> {
        self.recordings.get(&id).map(|(kind, url)| (*kind, url.as_str()))
    }

    /// Returns the ids of the images that are attached to a post.
    pub(super) fn children(&self, post: u64) -> Vec<u64> {
        self.children.get(&post).cloned().unwrap_or_default()
    }

    /// Returns the content of a reusable block.
    pub(super) fn reusable(&self, id: u64) -> Option<&str> {
        self.reusable.get(&id).map(String::as_str)
    }

    /// Returns whether a text of the file uses a reusable block.
    pub(super) fn is_reused(&self, id: u64) -> bool {
        self.reused.contains(&id)
    }

    /// Returns the category with this id among the given ones. If the file repeats the id, the last one.
    pub(super) fn category_by_id<'n>(
        &self,
        id: u64,
        among: impl Fn(&str) -> Option<&'n str>,
    ) -> Option<&'n str> {
        let filed = self.terms.get(&id)?;
        filed.iter().rev().filter(|filed| filed.is_section).find_map(|filed| among(&filed.nicename))
    }

    /// Returns the name of a term and its path on this site.
    pub(super) fn term_by_id(&self, id: u64, taxonomy: &str) -> Option<(String, String)> {
        let is_section = taxonomy::of(taxonomy) == Use::Section;
        let filed = self.terms.get(&id)?.iter().find(|filed| filed.is_section == is_section)?;
        if !is_section {
            return Some((filed.name.clone(), format!("/tags/{}", Slug::of(&slug(&filed.nicename), "tag"))));
        }
        let mut path = vec![self.section_slug(&filed.nicename)];
        let mut parent = filed.parent.as_str();
        while !parent.is_empty() && path.len() < domain::term::Term::MAX_DEPTH {
            path.push(self.section_slug(parent));
            parent = self.sections.get(parent).map_or("", String::as_str);
        }
        path.reverse();
        Some((filed.name.clone(), format!("/{}", path.join("/"))))
    }

    /// Returns the title of a post or a page and its path on the old site.
    pub(super) fn titled(&self, id: u64) -> Option<(&str, &str)> {
        self.titles.get(&id).map(|(title, path)| (title.as_str(), path.as_str()))
    }

    /// Returns the slug of a section.
    ///
    /// If a page has the same path, the section gets another slug: in WordPress, that path shows the page.
    pub(super) fn section_slug(&self, nicename: &str) -> String {
        let own = Slug::of(&slug(nicename), "section");
        let is_top = self.sections.get(nicename).is_none_or(String::is_empty);
        if !is_top || !self.page_slugs.contains(own.as_str()) {
            return own.to_string();
        }
        let is_taken = |slug: &Slug| {
            self.page_slugs.contains(slug.as_str()) || self.sections.contains_key(slug.as_str())
        };
        let mut other = own.numbered(2);
        for n in 3.. {
            if !is_taken(&other) {
                break;
            }
            other = own.numbered(n);
        }
        other.to_string()
    }
}

/// Returns the id of the reusable block in the comment of a block.
pub(super) fn reference(attributes: &str) -> Option<u64> {
    let (_, rest) = attributes.split_once("\"ref\":")?;
    let rest = rest.trim_start().trim_start_matches('"');
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

fn digest(path: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    path.trim_end_matches('/').hash(&mut hasher);
    hasher.finish()
}

pub(super) fn attachment_url(item: &Element) -> String {
    match item.get("wp:attachment_url") {
        "" => item.get("guid").to_owned(),
        url => url.to_owned(),
    }
}

pub(super) fn is_picture(url: &str) -> bool {
    mime_guess::from_path(url.split(['?', '#']).next().unwrap_or_default())
        .first_raw()
        .is_some_and(|kind| kind.starts_with("image/"))
}

/// Returns the value of a custom field.
pub(super) fn meta<'e>(item: &'e Element, key: &str) -> Option<&'e str> {
    item.all("wp:postmeta").find(|meta| meta.get("wp:meta_key") == key).map(|meta| meta.get("wp:meta_value"))
}
