//! WordPress's export, WXR: RSS with a vocabulary of its own, read as a stream.
//!
//! A file is read twice: once to learn what is in it, because a gallery names pictures that come
//! later ([`Survey`]), and once to make items of it. Which element becomes what stands in [`items`];
//! how a post's text becomes HTML in [`body`].

mod autop;
mod body;
mod dates;
mod html;
mod items;
mod shortcode;
mod survey;
mod xml;

use std::{
    collections::{HashMap, HashSet, VecDeque, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
    io::BufRead,
};

use domain::term::Role;

pub use self::survey::Survey;
use self::{
    dates::Dates,
    items::{Filing, Head},
    xml::{Channel, Element},
};
use crate::import::{Broken, Content, Entry, Note};

/// An article has at most so many tags.
const MAX_TAGS: usize = 100;

/// How to read a file.
pub struct Options {
    /// The name of the zone in which times without one are, as in the IANA database.
    pub time_zone: String,
    /// Whether to say what the site is called; not where that was said already.
    pub with_site: bool,
}

/// The items of a file.
pub struct Wxr<R> {
    channel: Channel<R>,
    survey: Survey,
    dates: Dates,
    options: Options,
    head: Head,
    /// The head is complete, and the site was told of.
    begun: bool,
    ready: VecDeque<Result<Entry, Broken>>,
    /// Terms that were made, by role and id.
    terms: HashSet<(Role, String)>,
    /// Posts that were seen: where, and the digest of what they say.
    posts: HashMap<String, (u64, u64)>,
    ended: bool,
}

impl<R: BufRead> Wxr<R> {
    /// Reads from `input`, of which `survey` was made; an error when the time zone is unknown.
    pub fn new(input: R, survey: Survey, options: Options) -> Result<Self, String> {
        let zone = jiff::tz::TimeZone::get(&options.time_zone)
            .map_err(|_| format!("--time-zone: {} is not a zone like Europe/Lisbon", options.time_zone))?;
        Ok(Self {
            channel: Channel::new(input),
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

    /// What the site is called and which language it has, as far as the file's head says it.
    ///
    /// Reads up to the first thing that is not of the head.
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
                // What stood before is told of all the same.
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
            (taken.ampersands, "bare &", "a bare & outside CDATA is no XML; it was taken as it stands"),
            (taken.ends_of_cdata, "bare ]]>", "]]> outside CDATA is no XML; it was taken as it stands"),
        ] {
            if count > 0 {
                let times = if count == 1 { "once".to_owned() } else { format!("{count} times") };
                self.push(Entry::remark(tally, format!("{text}, {times}")));
            }
        }
        self.ready.extend(broken.map(Err));
    }

    fn push(&mut self, entry: Entry) {
        self.ready.push_back(Ok(entry));
    }

    fn begin(&mut self) {
        if !std::mem::replace(&mut self.begun, true) && self.options.with_site {
            self.ready.push_front(Ok(items::site(&self.head, &self.options.time_zone)));
        }
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
                self.push(items::author(element));
            }
            "wp:category" | "wp:tag" | "wp:term" => {
                self.begin();
                // An export may list a category a second time, among the terms of all taxonomies.
                if let Some((role, mut entry)) = items::term(element) {
                    let id = entry.id.clone().unwrap_or_default();
                    match self.terms.insert((role, id.clone())) {
                        true => self.push(entry),
                        false if entry.kind == "term" => {}
                        false => {
                            let reason = format!("id: {id} is taken by an earlier one in this file");
                            entry.content = Content::Refused(reason);
                            self.push(entry);
                        }
                    }
                }
            }
            "item" => {
                self.begin();
                self.item(element);
            }
            _ => {}
        }
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
            let reason = format!("repeats, word for word, what stands on line {line}");
            self.push(items::entry(element, kind, id, Content::Refused(reason)));
            return;
        }
        match (kind, element.get("wp:status")) {
            ("post" | "page", "trash") => {
                self.push(items::trashed(element, kind, &id));
                self.skip_comments(element, "its post is not taken");
            }
            ("post" | "page", "auto-draft") => {
                let reason = format!("status: is {} in WordPress", element.get("wp:status"));
                self.skip(element, kind, id, &reason);
            }
            ("post" | "page", _) if says_nothing(element) => {
                self.skip(element, kind, id, "has neither a title nor a text");
            }
            ("post" | "page", _) => self.post(element, kind, &id),
            ("attachment", _) => {
                self.push(items::attachment(element, &self.survey));
                self.skip_comments(element, "comments on attachments are not taken");
            }
            (kind, _) => {
                let reason = match kind {
                    "nav_menu_item" => "menus are not taken; navigation is a part of the site".to_owned(),
                    kind => format!("type: {kind} is not a type of content that is taken"),
                };
                self.skip(element, kind, id, &reason);
            }
        }
    }

    /// The id under which a post is known; a number behind it where an earlier one has the same id.
    /// Also the line of an earlier one that says the very same.
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
        self.skip_comments(element, "its post is not taken");
    }

    fn skip_comments(&mut self, element: &Element, reason: &str) {
        for comment in element.all("wp:comment") {
            let id = comment.get("wp:comment_id");
            self.push(items::entry(comment, "comment", id, Content::Refused(reason.to_owned())));
        }
    }

    fn post(&mut self, element: &Element, kind: &str, id: &str) {
        let filing = self.file(element);
        let mut post = items::post(element, kind, id, &filing, &self.dates, &self.survey);
        if id.contains('#') && !element.get("wp:post_id").is_empty() {
            let text = format!("id: {} is taken by an earlier one in this file", element.get("wp:post_id"));
            post.notes.push(Note { tally: Some("repeated id".to_owned()), text });
        }
        if let (Content::Item(item), Some(language)) = (&mut post.content, self.head.language()) {
            item.fields.insert("language".to_owned(), language.into());
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
                    let reason = "repeats an earlier one, word for word".to_owned();
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
                            format!("parent: {parent} is not on the same post, so this begins a thread");
                        entry.notes.push(Note { tally: Some("reply to nothing".to_owned()), text });
                    }
                    seen.insert(own, digest);
                    self.push(entry);
                }
            }
        }
    }

    /// Files a post: its first category is its section, the others and its tags are tags.
    fn file(&mut self, element: &Element) -> Filing {
        let mut filing =
            Filing { section: None, tags: Vec::new(), left_out: 0, uncategorized: false, kind: "article" };
        let mut categories: Vec<(&str, &str)> = Vec::new();
        let mut tags: Vec<(String, &str, &str)> = Vec::new();
        for filed in element.all("category") {
            let name = filed.text.trim();
            let nicename = match filed.attribute("nicename") {
                "" => name,
                nicename => nicename,
            };
            if nicename.is_empty() {
                continue;
            }
            match filed.attribute("domain") {
                "category" if categories.iter().all(|(known, _)| *known != nicename) => {
                    categories.push((nicename, name));
                }
                // Old exports name each category and tag twice, first without saying which it is.
                "category" | "" => {}
                "post_format" => {
                    filing.kind = match nicename.trim_start_matches("post-format-") {
                        "gallery" => "gallery",
                        "video" => "video",
                        "audio" => "audio",
                        _ => "article",
                    };
                }
                "tag" | "post_tag" => tags.push((nicename.to_owned(), nicename, name)),
                taxonomy if items::files(taxonomy) => tags.push((nicename.to_owned(), nicename, name)),
                _ => {}
            }
        }
        // What nobody chose a category for stands in this one.
        let first = categories.iter().position(|(nicename, _)| *nicename != "uncategorized").unwrap_or(0);
        if !categories.is_empty() {
            let (nicename, name) = categories.remove(first);
            self.declare(element, Role::Section, nicename, nicename, name);
            filing.section = Some(nicename.to_owned());
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

    /// Makes a term that the head of the file does not have.
    fn declare(&mut self, element: &Element, role: Role, id: &str, nicename: &str, name: &str) {
        if self.terms.insert((role, id.to_owned())) {
            self.push(items::named_term(element, role, id, nicename, name));
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

/// Whether a post has nothing to show.
fn says_nothing(element: &Element) -> bool {
    ["title", "content:encoded", "excerpt:encoded"].iter().all(|field| element.get(field).is_empty())
}

/// The digest of everything in an element.
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
