//! What a file has, learnt by reading it once before anything is taken: a gallery names pictures
//! that come later, and a link may lead to any post.

use std::{
    collections::{HashMap, HashSet, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
    io::BufRead,
};

use domain::body::plain_text;
use url::Url;

use super::xml::{Channel, Element};

/// A picture of the file.
#[derive(Debug, Clone)]
pub(super) struct Picture {
    pub(super) url: String,
    pub(super) alt: String,
    pub(super) caption: String,
}

/// What a file has.
#[derive(Debug, Default)]
pub struct Survey {
    hosts: HashSet<String>,
    base: Option<Url>,
    pictures: HashMap<u64, Picture>,
    children: HashMap<u64, Vec<u64>>,
    /// Digests of the addresses of posts, pages and attachments.
    paths: HashSet<u64>,
}

impl Survey {
    /// Reads a file to its end, or to where it is broken.
    pub fn of(input: impl BufRead) -> Self {
        let mut survey = Self::default();
        let mut channel = Channel::new(input);
        while let Ok(Some(element)) = channel.next() {
            match element.name.as_str() {
                "link" | "wp:base_site_url" | "wp:base_blog_url" => survey.add_host(element.text.trim()),
                "item" => survey.add_item(&element),
                _ => {}
            }
        }
        survey
    }

    fn add_host(&mut self, address: &str) {
        let Ok(url) = Url::parse(address) else { return };
        let Some(host) = url.host_str() else { return };
        let host = host.trim_start_matches("www.").to_owned();
        // Every blog of the hosting service has this one as its site.
        if host != "wordpress.com" {
            self.hosts.insert(host);
            self.base.get_or_insert(url);
        }
    }

    fn add_item(&mut self, item: &Element) {
        if let Some(path) = self.path_here(item.get("link")) {
            self.paths.insert(digest(&path));
        }
        if item.get("wp:post_type") != "attachment" {
            return;
        }
        let Ok(id) = item.get("wp:post_id").parse::<u64>() else { return };
        let url = attachment_url(item);
        if !is_picture(&url) {
            return;
        }
        if let Ok(parent @ 1..) = item.get("wp:post_parent").parse::<u64>() {
            self.children.entry(parent).or_default().push(id);
        }
        let alt = meta(item, "_wp_attachment_image_alt").unwrap_or_default().to_owned();
        let caption = plain_text(item.get("excerpt:encoded"));
        self.pictures.insert(id, Picture { url, alt, caption });
    }

    /// The path, with its query, of an address of the site that is imported.
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

    /// Whether something in the file has this path.
    pub(super) fn knows(&self, path: &str) -> bool {
        let bare = path.split('?').next().unwrap_or_default();
        [path, bare].iter().any(|path| self.paths.contains(&digest(path)))
    }

    /// Makes an address absolute on the site that is imported.
    pub(super) fn absolute(&self, address: &str) -> Option<String> {
        Some(self.base.as_ref()?.join(address).ok()?.to_string())
    }

    pub(super) fn picture(&self, id: u64) -> Option<&Picture> {
        self.pictures.get(&id)
    }

    /// The pictures that were uploaded for a post.
    pub(super) fn children(&self, post: u64) -> Vec<u64> {
        self.children.get(&post).cloned().unwrap_or_default()
    }
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

/// The value of a custom field.
pub(super) fn meta<'e>(item: &'e Element, key: &str) -> Option<&'e str> {
    item.all("wp:postmeta").find(|meta| meta.get("wp:meta_key") == key).map(|meta| meta.get("wp:meta_value"))
}
