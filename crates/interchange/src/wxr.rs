//! Reads WordPress exports (WXR: RSS with extra elements) as a stream of import entries.
//!
//! A file is read twice. The first pass ([`Survey`]) collects what later elements define, because a
//! gallery can name images that come after it. The second pass ([`Wxr`]) makes the entries.
//! [`items`] maps elements to items; [`body`] turns the text of a post into HTML.

mod autop;
mod body;
mod code;
mod dates;
mod elementor;
mod html;
mod items;
mod languages;
mod links;
mod menus;
mod people;
mod players;
mod post_types;
mod seo;
mod shortcode;
mod survey;
mod taxonomy;
mod xml;

use std::{
    collections::{HashMap, HashSet, VecDeque, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
    io::BufRead,
};

use domain::term::Role;

use self::{
    dates::Dates,
    items::{Filing, Head, Maker},
    menus::Navigation,
    people::Person,
    taxonomy::Use,
    xml::{Channel, Element},
};
pub use self::{post_types::PostTypes, survey::Survey};
use crate::import::{Broken, Content, Entry, Note};

/// Maximum number of tags, and of authors, of an article.
const MAX_TAGS: usize = 100;

/// Why a menu is skipped if the site is not imported (see [`Options::with_site`]).
const SITE_IS_HERE: &str = "what the site says of itself is here already, and its navigation with it";

/// How to read an export.
pub struct Options {
    /// IANA name of the time zone for times without an offset, such as `Europe/Lisbon`.
    pub time_zone: String,
    /// Whether to import the site: its title, description, language and navigation.
    pub with_site: bool,
}

/// An iterator over the entries of an export.
pub struct Wxr<R> {
    channel: Channel<R>,
    survey: Survey,
    navigation: Navigation,
    dates: Dates,
    options: Options,
    head: Head,
    /// Whether the head of the file is complete. The site's entry precedes everything else.
    begun: bool,
    ready: VecDeque<Result<Entry, Broken>>,
    /// Terms that already have an entry, by role and id.
    terms: HashSet<(Role, String)>,
    /// The line and the content digest of each post so far, by id.
    posts: HashMap<String, (u64, u64)>,
    ended: bool,
}

impl<R: BufRead> Wxr<R> {
    /// Reads entries from `input`. `survey` must be of the same file.
    ///
    /// Returns an error message if the time zone is unknown.
    pub fn new(input: R, survey: Survey, options: Options) -> Result<Self, String> {
        let zone = jiff::tz::TimeZone::get(&options.time_zone)
            .map_err(|_| format!("--time-zone: {} is not a zone like Europe/Lisbon", options.time_zone))?;
        Ok(Self {
            channel: Channel::new(input),
            navigation: survey.menus.navigation(&survey),
            survey,
            dates: Dates::new(zone),
            options,
            head: Head::default(),
            begun: false,
            ready: VecDeque::new(),
            terms: HashSet::new(),
            posts: HashMap::new(),
            ended: false,
        })
    }

    /// Returns the site's URL without its scheme, and its language, if the head of the file has them.
    ///
    /// Reads up to the first element after the head.
    pub fn head(&mut self) -> (Option<String>, Option<String>) {
        while self.ready.is_empty() && !self.begun && !self.ended {
            self.advance();
        }
        let link = Some(self.head.link.trim()).filter(|link| !link.is_empty());
        let source = link.map(|link| {
            link.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/').to_owned()
        });
        (source, self.head.language())
    }

    fn advance(&mut self) {
        match self.channel.next() {
            Ok(Some(element)) => self.take(&element),
            Ok(None) => {
                self.begin();
                self.finish(None);
            }
            Err(broken) => {
                // If elements precede the error, the site's entry is needed as well.
                if !self.posts.is_empty() || !self.terms.is_empty() {
                    self.begin();
                }
                self.finish(Some(broken));
            }
        }
    }

    fn finish(&mut self, broken: Option<Broken>) {
        self.ended = true;
        let taken = self.channel.taken;
        for (count, tally, text) in [
            (taken.ampersands, "bare &", "a bare & outside CDATA is not valid XML; it was read as text"),
            (taken.ends_of_cdata, "bare ]]>", "]]> outside CDATA is not valid XML; it was read as text"),
        ] {
            if count > 0 {
                let times = if count == 1 { "once".to_owned() } else { format!("{count} times") };
                self.push(Entry::remark(Some(tally), format!("{text}, {times}")));
            }
        }
        self.ready.extend(broken.map(Err));
    }

    fn push(&mut self, entry: Entry) {
        self.ready.push_back(Ok(entry));
    }

    fn begin(&mut self) {
        if std::mem::replace(&mut self.begun, true) {
            return;
        }
        for text in self.survey.post_types.notes(&self.survey.types).into_iter().rev() {
            self.ready.push_front(Ok(Entry::remark(None, text)));
        }
        let mut site = items::site(&self.head, &self.options.time_zone, &self.navigation);
        if !self.options.with_site {
            site.content = Content::Known;
        }
        self.ready.push_front(Ok(site));
    }

    fn take(&mut self, element: &Element) {
        match element.name.as_str() {
            "title" => {
                self.head.line = element.line;
                element.text.clone_into(&mut self.head.title);
            }
            "link" => element.text.clone_into(&mut self.head.link),
            "description" => element.text.clone_into(&mut self.head.description),
            "language" => element.text.clone_into(&mut self.head.language),
            "wp:author" | "wp:wp_author" => {
                self.begin();
                let person = self.survey.people.user(element.get("wp:author_login"));
                if !self.writer(element, "author", &person) {
                    let reason = "is an author that is already in this file".to_owned();
                    self.push(items::entry(element, "author", person.id, Content::Refused(reason)));
                }
            }
            "wp:category" | "wp:tag" | "wp:term" => {
                self.begin();
                self.term(element);
            }
            "item" => {
                self.begin();
                self.item(element);
            }
            _ => {}
        }
    }

    fn term(&mut self, element: &Element) {
        let (taxonomy, slug) = match element.name.as_str() {
            "wp:category" => ("category", ""),
            "wp:tag" => ("post_tag", ""),
            _ => (element.get("wp:term_taxonomy"), element.get("wp:term_slug")),
        };
        match taxonomy::of(taxonomy) {
            Use::Section | Use::Topic => {}
            Use::Writer => {
                let person = self.survey.people.writer_named(slug, element.get("wp:term_name"));
                if !self.writer(element, "term", &person) {
                    self.push(items::entry(element, "term", person.id, Content::Merged));
                }
                return;
            }
            Use::Format | Use::Language | Use::Translations | Use::Menu => {
                self.push(items::entry(element, "term", slug, Content::Merged));
                return;
            }
            Use::Internal => {
                let reason = format!("taxonomy: {taxonomy} is not of what posts are about");
                self.push(items::entry(element, "term", slug, Content::Refused(reason)));
                return;
            }
        }
        let (role, mut entry) = items::term(element, &self.survey);
        let id = entry.id.clone().unwrap_or_default();
        match self.terms.insert((role, id.clone())) {
            true => self.push(entry),
            // An export may list a category again among the terms of all taxonomies (`wp:term`).
            false if entry.kind == "term" => {}
            false => {
                let reason = format!("id: {id} is taken by an earlier one in this file");
                entry.content = Content::Refused(reason);
                self.push(entry);
            }
        }
    }

    /// Adds an author's entry unless the author already has one. Returns whether it was added.
    fn writer(&mut self, element: &Element, kind: &str, person: &Person) -> bool {
        let is_new = self.terms.insert((Role::Author, person.id.clone()));
        if is_new {
            self.push(items::author(element, kind, person, &self.survey));
        }
        is_new
    }

    fn item(&mut self, element: &Element) {
        let kind = match element.get("wp:post_type") {
            "" => "post",
            kind => kind,
        };
        let id = match element.get("wp:post_id") {
            "" | "0" => match element.get("guid") {
                "" => element.get("link"),
                guid => guid,
            },
            id => id,
        };
        let id = if id.is_empty() { format!("line {}", element.line) } else { id.to_owned() };
        let (id, copy) = self.distinct(element, &id);
        if let Some(line) = copy {
            let reason = format!("is an exact copy of the item on line {line}");
            self.push(items::entry(element, kind, id, Content::Refused(reason)));
            return;
        }
        match (kind, element.get("wp:status")) {
            (kind, "trash") if self.survey.post_types.has(kind) => {
                self.push(items::trashed(element, kind, &id));
                self.skip_comments(element, "its post is not imported");
            }
            (kind, "auto-draft") if self.survey.post_types.has(kind) => {
                let reason = format!("status: is {} in WordPress", element.get("wp:status"));
                self.skip(element, kind, id, &reason);
            }
            (kind, _) if self.survey.post_types.has(kind) => match says_nothing(element) {
                true => self.skip(element, kind, id, "has neither a title nor a text"),
                false => self.post(element, kind, &id),
            },
            ("attachment", _) => {
                self.push(items::attachment(element, &self.survey));
                self.skip_comments(element, "comments on attachments are not imported");
            }
            ("guest-author", _) => match self.survey.people.guest(element).cloned() {
                Some(person) => {
                    if !self.writer(element, kind, &person) {
                        self.push(items::entry(element, kind, id, Content::Merged));
                    }
                }
                None => self.skip(element, kind, id, "has no name"),
            },
            ("nav_menu_item", _) => self.menu_entry(element, kind, id),
            ("wp_navigation", _) if id.parse().is_ok_and(|id| self.navigation.is_blocks(id)) => {
                match self.options.with_site {
                    true => self.push(items::entry(element, kind, id, Content::Merged)),
                    false => self.skip(element, kind, id, SITE_IS_HERE),
                }
            }
            ("wp_navigation", _) => self.skip(element, kind, id, "another menu is the navigation"),
            ("wp_block", _) if id.parse().is_ok_and(|id| self.survey.is_reused(id)) => {
                self.push(items::entry(element, kind, id, Content::Merged));
            }
            ("wp_block", _) => self.skip(element, kind, id, "no text in this file shows this reusable block"),
            (kind, _) => self.skip(element, kind, id, &PostTypes::reason(kind)),
        }
    }

    fn menu_entry(&mut self, element: &Element, kind: &str, id: String) {
        let is_taken = element.get("wp:post_id").parse().is_ok_and(|id| self.navigation.taken.contains(&id));
        let reason = match (is_taken, self.options.with_site) {
            (true, true) => {
                self.push(items::entry(element, kind, id, Content::Merged));
                return;
            }
            (true, false) => {
                "what the site says of itself is here already, and its navigation with it".to_owned()
            }
            (false, _) => self.navigation.reason(element),
        };
        self.skip(element, kind, id, &reason);
    }

    /// Returns a unique id for a post: its own, or `id#2` and so on if an earlier post has that id.
    ///
    /// If an earlier post with the id has the same content, its line is returned too.
    fn distinct(&mut self, element: &Element, id: &str) -> (String, Option<u64>) {
        let digest = digest(element);
        let mut wanted = id.to_owned();
        for n in 2.. {
            match self.posts.get(&wanted) {
                None => break,
                Some((line, known)) if *known == digest => return (wanted, Some(*line)),
                Some(_) => wanted = format!("{id}#{n}"),
            }
        }
        self.posts.insert(wanted.clone(), (element.line, digest));
        (wanted, None)
    }

    fn skip(&mut self, element: &Element, kind: &str, id: String, reason: &str) {
        self.push(items::entry(element, kind, id, Content::Refused(reason.to_owned())));
        self.skip_comments(element, "its post is not imported");
    }

    fn skip_comments(&mut self, element: &Element, reason: &str) {
        for comment in element.all("wp:comment") {
            let id = comment.get("wp:comment_id");
            self.push(items::entry(comment, "comment", id, Content::Refused(reason.to_owned())));
        }
    }

    fn post(&mut self, element: &Element, kind: &str, id: &str) {
        let filing = self.file(element);
        let maker = Maker { dates: &self.dates, survey: &self.survey, head: &self.head };
        let mut post = items::post(element, kind, id, &filing, &maker);
        if id.contains('#') && !element.get("wp:post_id").is_empty() {
            let text = format!("id: {} is taken by an earlier one in this file", element.get("wp:post_id"));
            post.notes.push(Note { tally: Some("repeated id".to_owned()), text });
        }
        self.push(post);
        let mut seen: HashMap<String, u64> = HashMap::new();
        let there: HashSet<&str> = element.all("wp:comment").map(|one| one.get("wp:comment_id")).collect();
        for (n, comment) in element.all("wp:comment").enumerate() {
            let mut own = comment.get("wp:comment_id").to_owned();
            if own.is_empty() {
                own = format!("n{n}");
            }
            let digest = digest(comment);
            match seen.get(&own) {
                Some(known) if *known == digest => {
                    let reason = "is an exact copy of an earlier comment".to_owned();
                    self.push(items::entry(comment, "comment", own, Content::Refused(reason)));
                    continue;
                }
                Some(_) => {
                    let mut entry = items::comment(comment, id, &format!("{own}#{n}"), &self.dates);
                    let text = format!("id: {own} is taken by an earlier comment on the same post");
                    entry.notes.push(Note { tally: Some("repeated id".to_owned()), text });
                    self.push(entry);
                }
                None => {
                    let mut entry = items::comment(comment, id, &own, &self.dates);
                    let parent = comment.get("wp:comment_parent");
                    if !matches!(parent, "" | "0") && !there.contains(parent) {
                        let text =
                            format!("parent: {parent} is not on the same post, so this starts a thread");
                        entry.notes.push(Note { tally: Some("reply to nothing".to_owned()), text });
                    }
                    seen.insert(own, digest);
                    self.push(entry);
                }
            }
        }
    }

    /// Determines a post's section, tags, authors and kind.
    ///
    /// The section is the primary category that its editors chose in an SEO plugin, or else the first
    /// category. The other categories become tags.
    fn file(&mut self, element: &Element) -> Filing {
        let mut filing = Filing {
            section: None,
            section_name: String::new(),
            tags: Vec::new(),
            authors: Vec::new(),
            left_out: 0,
            uncategorized: false,
            kind: "article",
        };
        let mut categories: Vec<(&str, &str)> = Vec::new();
        let mut tags: Vec<(String, &str, &str)> = Vec::new();
        let mut writers: Vec<Person> = Vec::new();
        for filed in element.all("category") {
            let name = filed.text.trim();
            let nicename = match filed.attribute("nicename") {
                "" => name,
                nicename => nicename,
            };
            if nicename.is_empty() {
                continue;
            }
            // Old exports list each category and tag twice, the first time without a taxonomy.
            let domain = filed.attribute("domain");
            match taxonomy::of(domain) {
                Use::Section if categories.iter().all(|(known, _)| *known != nicename) => {
                    categories.push((nicename, name));
                }
                Use::Topic => tags.push((nicename.to_owned(), nicename, name)),
                Use::Format => {
                    filing.kind = match nicename.trim_start_matches("post-format-") {
                        "gallery" => "gallery",
                        "video" => "video",
                        "audio" => "audio",
                        _ => "article",
                    };
                }
                Use::Writer => writers.push(self.survey.people.writer_named(nicename, name)),
                Use::Section | Use::Language | Use::Translations | Use::Menu | Use::Internal => {}
            }
        }
        let creator = element.get("dc:creator");
        if writers.is_empty() && !creator.is_empty() {
            writers.push(self.survey.people.user(creator));
        }
        for person in writers {
            self.writer(element, "author", &person);
            if !filing.authors.contains(&person.id) {
                filing.authors.push(person.id);
            }
        }
        filing.authors.truncate(MAX_TAGS);
        let among =
            |nicename: &str| categories.iter().map(|(known, _)| *known).find(|known| *known == nicename);
        let primary = seo::primary_category(element).and_then(|id| self.survey.category_by_id(id, among));
        let chosen = primary.and_then(|primary| categories.iter().position(|(known, _)| *known == primary));
        // WordPress puts posts without a category into `uncategorized`, so it is the last choice.
        let first = || categories.iter().position(|(nicename, _)| *nicename != "uncategorized").unwrap_or(0);
        if !categories.is_empty() {
            let (nicename, name) = categories.remove(chosen.unwrap_or_else(first));
            self.declare(element, Role::Section, nicename, nicename, name);
            filing.section = Some(nicename.to_owned());
            filing.section_name = items::words(name);
        }
        filing.uncategorized = categories.iter().any(|(nicename, _)| *nicename == "uncategorized");
        let others = categories.into_iter().filter(|(nicename, _)| *nicename != "uncategorized");
        tags.splice(0..0, others.map(|(nicename, name)| (nicename.to_owned(), nicename, name)));
        let kept = tags.len().min(MAX_TAGS);
        filing.left_out = tags.len() - kept;
        for (id, nicename, name) in tags.drain(..kept) {
            self.declare(element, Role::Tag, &id, nicename, name);
            if !filing.tags.contains(&id) {
                filing.tags.push(id);
            }
        }
        filing
    }

    /// Adds a term's entry unless the term already has one.
    fn declare(&mut self, element: &Element, role: Role, id: &str, nicename: &str, name: &str) {
        if self.terms.insert((role, id.to_owned())) {
            self.push(items::named_term(element, role, id, nicename, name, &self.survey));
        }
    }
}

impl<R: BufRead> Iterator for Wxr<R> {
    type Item = Result<Entry, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.ready.is_empty() && !self.ended {
            self.advance();
        }
        self.ready.pop_front()
    }
}

/// Returns whether a post has no title, no text and no excerpt.
fn says_nothing(element: &Element) -> bool {
    ["title", "content:encoded", "excerpt:encoded"].iter().all(|field| element.get(field).is_empty())
}

/// Returns a digest of an element with its attributes, text and children.
fn digest(element: &Element) -> u64 {
    fn add(element: &Element, hasher: &mut DefaultHasher) {
        element.name.hash(hasher);
        element.attributes.hash(hasher);
        element.text.trim().hash(hasher);
        element.children.iter().for_each(|child| add(child, hasher));
    }
    let mut hasher = DefaultHasher::new();
    add(element, &mut hasher);
    hasher.finish()
}
