//! Converts the elements of an export to items: articles, media, comments, tags, sections, authors, the site.

use std::collections::{HashMap, HashSet};

use domain::{
    body::plain_text,
    import::{Item, ItemType},
    slug::Slug,
    term::Role,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    autop, body,
    dates::Dates,
    elementor,
    menus::Navigation,
    people::{self, Person},
    seo,
    survey::{Survey, attachment_url, is_picture, meta},
    taxonomy::{self, Use},
    xml::Element,
};
use crate::import::{Content, Entry, Note};

/// Returns an entry for an element, without notes.
pub(super) fn entry(element: &Element, kind: &str, id: impl Into<String>, content: Content) -> Entry {
    Entry { line: element.line, kind: kind.to_owned(), id: Some(id.into()), content, notes: Vec::new() }
}

fn item(item_type: ItemType, fields: Value) -> Content {
    let fields = match fields {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    Content::Item(Item::new(item_type, fields))
}

/// Returns the plain text of a name: entities are decoded; tags and control characters are removed.
pub(super) fn words(text: &str) -> String {
    let plain = plain_text(text);
    plain.chars().filter(|c| !c.is_control()).collect()
}

/// Decodes a slug. WordPress percent-encodes slugs in non-Latin scripts.
pub(super) fn slug(text: &str) -> String {
    percent_encoding::percent_decode_str(text.trim()).decode_utf8_lossy().into_owned()
}

/// Returns the entry of an author.
pub(super) fn author(element: &Element, kind: &str, person: &Person, survey: &Survey) -> Entry {
    let fields = person.fields(|id| survey.picture(id).is_some());
    entry(element, kind, person.id.clone(), item(ItemType::Term(Role::Author), fields))
}

/// Returns the role and the entry of a category, a tag, or a term of another taxonomy for topics.
pub(super) fn term(element: &Element, survey: &Survey) -> (Role, Entry) {
    let (kind, role, id, name, description, parent) = match element.name.as_str() {
        "wp:category" => (
            "category",
            Role::Section,
            element.get("wp:category_nicename"),
            element.get("wp:cat_name"),
            element.get("wp:category_description"),
            element.get("wp:category_parent"),
        ),
        "wp:tag" => (
            "tag",
            Role::Tag,
            element.get("wp:tag_slug"),
            element.get("wp:tag_name"),
            element.get("wp:tag_description"),
            "",
        ),
        _ => {
            let is_section = taxonomy::of(element.get("wp:term_taxonomy")) == Use::Section;
            let role = if is_section { Role::Section } else { Role::Tag };
            let parent = if is_section { element.get("wp:term_parent") } else { "" };
            (
                "term",
                role,
                element.get("wp:term_slug"),
                element.get("wp:term_name"),
                element.get("wp:term_description"),
                parent,
            )
        }
    };
    let id = match id {
        "" => Slug::of(&words(name), "term").to_string(),
        id => id.to_owned(),
    };
    let parent = Some(parent).filter(|parent| !parent.is_empty() && *parent != id);
    let mut fields = term_fields(role, &id, &id, name, survey);
    let mut notes = Vec::new();
    let shown = people::public_text(description);
    if shown.is_none() && !words(description).is_empty() {
        let text = "description: is a plugin's record, and is left out".to_owned();
        notes.push(Note { tally: Some("description".to_owned()), text });
    } else if people::has_address(&words(description)) {
        let text = "description: its addresses of e-mail are left out".to_owned();
        notes.push(Note { tally: Some("address of e-mail".to_owned()), text });
    }
    fields["description"] = shown.into();
    fields["parent"] = parent.into();
    notes.extend(moved_section(role, &id, survey));
    (role, Entry { notes, ..entry(element, kind, id, item(ItemType::Term(role), fields)) })
}

fn term_fields(role: Role, id: &str, nicename: &str, name: &str, survey: &Survey) -> Value {
    let own = slug(nicename);
    let shown = words(name);
    let name = match people::without_addresses(&shown) {
        name if name.is_empty() => people::public_name(&[], &own),
        name => name,
    };
    if role == Role::Tag {
        // WordPress made the slug from a name with an e-mail address, so the slug reveals the address.
        let own = Some(own).filter(|_| !people::has_address(&shown));
        let mut fields = json!({ "id": id, "slug": own, "name": name });
        let addresses = survey.topic_slugs(nicename);
        if !addresses.is_empty() {
            fields["oldSlugs"] = addresses.into();
        }
        return fields;
    }
    let here = survey.section_slug(nicename);
    let before = Slug::of(&own, "section").to_string();
    match here == before {
        true => json!({ "id": id, "slug": own, "name": name }),
        false => json!({ "id": id, "slug": here, "name": name, "oldSlugs": [before] }),
    }
}

/// Returns a note if a section gets another slug because a page has its path.
fn moved_section(role: Role, nicename: &str, survey: &Survey) -> Option<Note> {
    if role != Role::Section {
        return None;
    }
    let (own, here) = (Slug::of(&slug(nicename), "section").to_string(), survey.section_slug(nicename));
    (own != here).then(|| Note {
        tally: Some("section with a page's name".to_owned()),
        text: format!("slug: a page is called {own} and has its path, so the section becomes {here}"),
    })
}

/// Returns the entry of a term that posts name but the head of the file does not define.
pub(super) fn named_term(
    element: &Element,
    role: Role,
    id: &str,
    nicename: &str,
    name: &str,
    survey: &Survey,
) -> Entry {
    let fields = term_fields(role, id, nicename, name, survey);
    let kind = if role == Role::Section { "category" } else { "tag" };
    let notes = moved_section(role, nicename, survey).into_iter().collect();
    Entry { notes, ..entry(element, kind, nicename, item(ItemType::Term(role), fields)) }
}

/// Returns the entry of an attachment, an uploaded file.
pub(super) fn attachment(element: &Element, survey: &Survey) -> Entry {
    let id = element.get("wp:post_id");
    let url = attachment_url(element);
    if element.get("wp:attachment_url").is_empty() && mime_guess::from_path(&url).is_empty() {
        return entry(element, "attachment", id, Content::Refused("url: has no address".to_owned()));
    }
    let mime = mime_guess::from_path(url.split(['?', '#']).next().unwrap_or_default()).first_raw();
    let kind = match mime.and_then(|mime| mime.split('/').next()) {
        _ if is_picture(&url) => "image",
        Some(kind @ ("video" | "audio")) => kind,
        _ => "document",
    };
    let text = |text: &str| Some(words(text)).filter(|text| !text.is_empty());
    let file = meta(element, "_wp_attachment_metadata").and_then(FileData::read).unwrap_or_default();
    let renditions: Vec<Value> = file
        .sizes()
        .into_iter()
        .filter_map(|size| {
            let url = url.rsplit_once('/').map(|(folder, _)| format!("{folder}/{}", size.file))?;
            Some(
                json!({ "url": url, "width": size.width.get(), "height": size.height.get(), "mimeType": size.mime_type }),
            )
        })
        .collect();
    let mut paths: Vec<String> = survey.path_here(element.get("link")).into_iter().collect();
    paths.push(format!("/?attachment_id={id}"));
    paths.push(format!("/?p={id}"));
    let fields = json!({
        "id": id, "kind": kind, "url": url, "mimeType": mime, "width": file.width.get(), "height": file.height.get(),
        "alt": meta(element, "_wp_attachment_image_alt").and_then(text),
        "caption": text(element.get("excerpt:encoded")),
        "renditions": renditions, "aliasPaths": well_formed(paths),
    });
    let mut notes = Vec::new();
    if text(element.get("content:encoded")).is_some() {
        // WordPress shows it only on the attachment's own page, and editors use it for internal notes.
        let text = "description: what the editors say of the file is no caption, and is left out".to_owned();
        notes.push(Note { tally: Some("description of an attachment".to_owned()), text });
    }
    Entry { notes, ..entry(element, "attachment", id, item(ItemType::Media, fields)) }
}

/// Returns the paths that are valid alias paths.
fn well_formed(mut paths: Vec<String>) -> Vec<String> {
    paths.retain(|path| {
        let kept = path.parse::<domain::article::WebPath>().is_ok();
        kept && !path.trim_end_matches('/').is_empty() && !path.ends_with('=')
    });
    paths.dedup();
    paths
}

/// WordPress's metadata of an image file and its smaller sizes.
#[derive(Default, Deserialize)]
#[serde(default)]
struct FileData {
    width: Pixels,
    height: Pixels,
    sizes: HashMap<String, Size>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Size {
    file: String,
    width: Pixels,
    height: Pixels,
    #[serde(rename = "mime-type")]
    mime_type: Option<String>,
}

/// A number, which PHP can serialise as a string.
#[derive(Default, Deserialize)]
#[serde(untagged)]
enum Pixels {
    Number(u32),
    Text(String),
    #[default]
    Unknown,
}

impl Pixels {
    fn get(&self) -> Option<u32> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => text.parse().ok(),
            Self::Unknown => None,
        }
    }
}

impl FileData {
    /// Reads PHP's serialised format.
    fn read(text: &str) -> Option<Self> {
        // Limit the nesting, so that parsing cannot overflow the stack. WordPress's own data is smaller.
        if text.len() > 64 * 1024 || text.matches('{').count() > 500 {
            return None;
        }
        php_serde::from_bytes(text.as_bytes()).ok()
    }

    /// Returns the smaller sizes, the smallest first.
    fn sizes(&self) -> Vec<&Size> {
        let mut sizes: Vec<_> = self.sizes.values().filter(|size| !size.file.is_empty()).collect();
        sizes.sort_by(|a, b| (a.width.get(), &a.file).cmp(&(b.width.get(), &b.file)));
        sizes.truncate(50);
        sizes
    }
}

/// The section, tags, authors and kind of a post.
pub(super) struct Filing {
    pub(super) section: Option<String>,
    /// Name of the section.
    pub(super) section_name: String,
    pub(super) tags: Vec<String>,
    /// Ids of the authors, in order.
    pub(super) authors: Vec<String>,
    /// Number of tags dropped because an article has a maximum.
    pub(super) left_out: usize,
    /// Whether the post was also in the category `uncategorized`, which is dropped.
    pub(super) uncategorized: bool,
    pub(super) kind: &'static str,
}

/// What [`post`] needs to know about the whole file.
pub(super) struct Maker<'m> {
    pub(super) dates: &'m Dates,
    pub(super) survey: &'m Survey,
    pub(super) head: &'m Head,
}

/// Returns the entry of a post or a page.
pub(super) fn post(element: &Element, kind: &str, id: &str, filing: &Filing, maker: &Maker<'_>) -> Entry {
    let Maker { dates, survey, head } = maker;
    let number: u64 = element.get("wp:post_id").parse().unwrap_or_default();
    let mut changes = body::Changes::new();
    let reused = std::cell::Cell::new(0);
    let of = body::Post {
        id: number,
        link: element.get("link"),
        footnotes: meta(element, "footnotes").unwrap_or_default(),
        survey,
        reused: &reused,
    };
    let content = match element.get_whole("content:encoded") {
        empty if empty.trim().is_empty() => elementor::content(element).unwrap_or_default(),
        content => content.to_owned(),
    };
    let html = body::of(&content, &of, &mut changes);
    let excerpt = body::words_of(element.get("excerpt:encoded"), &of, &mut changes);
    let excerpt: String = excerpt.chars().filter(|c| !c.is_control()).collect();
    let excerpt = Some(excerpt).filter(|text| !text.is_empty());
    let mut told = HashSet::new();
    let mut notes: Vec<Note> = changes
        .into_iter()
        .map(|(tally, text)| {
            // Count every occurrence, but report the same text only once.
            let text = if told.insert(text.clone()) { text } else { String::new() };
            Note { tally: Some(tally), text }
        })
        .collect();
    let mut say = |tally: &str, text: String| notes.push(Note { tally: Some(tally.to_owned()), text });

    if filing.uncategorized {
        say("category Uncategorized", String::new());
    }
    if filing.left_out > 0 {
        say("too many tags", format!("tags: {} beyond the first 100 are left out", filing.left_out));
    }
    if element.get("wp:is_sticky") == "1" {
        say("sticky", "is held at the front in WordPress; put it into a collection here".to_owned());
    }
    let (published_at, status) = publication(element, dates, &mut say);
    let headline = headline(element, &html, &mut say);
    let paths = [survey.path_here(element.get("link")), survey.path_here(element.get("guid"))];
    let mut paths: Vec<String> = paths.into_iter().flatten().collect();
    if number > 0 {
        paths.push(format!("/?p={number}"));
        if kind == "page" {
            paths.push(format!("/?page_id={number}"));
        }
    }
    let old_slugs: Vec<String> = element
        .all("wp:postmeta")
        .filter(|meta| meta.get("wp:meta_key") == "_wp_old_slug")
        .map(|meta| Slug::of(&slug(meta.get("wp:meta_value")), "article").to_string())
        .take(50)
        .collect();
    let thumbnail = meta(element, "_thumbnail_id").filter(|id| id.parse::<u64>().is_ok_and(|id| id > 0));
    if let Some(picture) = thumbnail.filter(|id| id.parse().is_ok_and(|id| survey.picture(id).is_none())) {
        say("missing picture", format!("leadMedia: the picture {picture} is not in this file"));
    }
    let modified_at = dates.read(element.get("wp:post_modified_gmt"), element.get("wp:post_modified"), "");
    let seo_words = seo::Words {
        headline: &headline,
        excerpt: excerpt.as_deref().unwrap_or_default(),
        section: &filing.section_name,
        site: &words(&head.title),
        tagline: &words(&head.description),
    };
    let link = element.get("link").trim_end_matches('/');
    let is_own = |address: &str| !link.is_empty() && address.trim_end_matches('/') == link;
    let has_picture = |id| survey.picture(id).is_some();
    let seo = seo::fields(element, &seo_words, is_own, has_picture, &mut say);
    let site_language = head.language();
    let language = survey.languages.of(element).map(|language| language.to_string());
    let translation_of = survey.languages.original_of(element, number, site_language.as_deref());
    let fields = json!({
        "id": id,
        "language": language.or(site_language),
        "translationOf": translation_of.map(|id| id.to_string()),
        "kind": if kind == "page" { "page" } else { filing.kind },
        "slug": Some(slug(element.get("wp:post_name"))).filter(|slug| !slug.is_empty()),
        "headline": headline,
        "standfirst": excerpt,
        "body": html,
        "bodyFormat": "html",
        "section": filing.section,
        "tags": filing.tags,
        "authors": filing.authors,
        "status": status,
        "publishedAt": published_at,
        "modifiedAt": modified_at.or(published_at),
        "commentsOpen": element.get("wp:comment_status") == "open",
        "aliasPaths": well_formed(paths),
        "oldSlugs": old_slugs,
        "leadMedia": thumbnail,
        "seo": seo,
    });
    Entry { notes, ..entry(element, kind, id, item(ItemType::Article, fields)) }
}

/// Returns the entry of a post in WordPress's trash, which unpublishes the article.
pub(super) fn trashed(element: &Element, kind: &str, id: &str) -> Entry {
    let fields = Map::from_iter([("id".to_owned(), Value::from(id))]);
    let mut item = Item::new(ItemType::Article, fields);
    item.gone = true;
    entry(element, kind, id, Content::Item(item))
}

/// Returns the publication status and time of a post.
fn publication(
    element: &Element,
    dates: &Dates,
    say: &mut dyn FnMut(&str, String),
) -> (Option<domain::time::Time>, &'static str) {
    let at = dates.read(element.get("wp:post_date_gmt"), element.get("wp:post_date"), element.get("pubDate"));
    match element.get("wp:status") {
        _ if !element.get("wp:post_password").is_empty() => {
            say("password", "status: is behind a password in WordPress, so it comes as a draft".to_owned());
            (at, "draft")
        }
        "publish" | "future" | "" => match at {
            Some(at) => (Some(at), "published"),
            None => {
                let text = "publishedAt: has no time of publication, so it is published as of this import";
                say("no date", text.to_owned());
                (None, "published")
            }
        },
        "private" => {
            say("private", "status: is private in WordPress, so it comes as a draft".to_owned());
            (at, "draft")
        }
        _ => (at, "draft"),
    }
}

fn headline(element: &Element, html: &str, say: &mut dyn FnMut(&str, String)) -> String {
    let title = words(element.get("title"));
    if !title.is_empty() {
        return title.chars().take(500).collect();
    }
    let start: String = words(html).split_whitespace().take(8).collect::<Vec<_>>().join(" ");
    let made: String =
        if start.is_empty() { "Untitled".to_owned() } else { start.chars().take(120).collect() };
    say("no title", format!("headline: has no title in WordPress, so it is called “{made}”"));
    made
}

/// Returns the entry of a comment, or of the reason why it is skipped.
pub(super) fn comment(element: &Element, post: &str, own: &str, dates: &Dates) -> Entry {
    // Merged exports repeat comment ids, but they are unique within a post.
    let id = format!("{post}/{own}");
    let kind = element.get("wp:comment_type");
    if matches!(kind, "pingback" | "trackback") {
        return entry(element, kind, id, Content::Refused(format!("{kind}s are counted, not kept")));
    }
    let at = dates.read(element.get("wp:comment_date_gmt"), element.get("wp:comment_date"), "");
    let Some(at) = at else {
        return entry(element, "comment", id, Content::Refused("createdAt: has no time".to_owned()));
    };
    let status = match element.get("wp:comment_approved") {
        "1" | "approve" | "approved" => "approved",
        "spam" => "spam",
        "trash" | "post-trashed" => "trash",
        _ => "pending",
    };
    let name = people::without_addresses(&words(element.get("wp:comment_author")));
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let parent = element.get("wp:comment_parent");
    let fields = json!({
        "id": id,
        "article": post,
        "parent": Some(parent).filter(|parent| !matches!(*parent, "" | "0") && *parent != own).map(|parent| format!("{post}/{parent}")),
        "authorName": if name.is_empty() { "Anonymous".to_owned() } else { name.chars().take(200).collect() },
        "authorEmail": text(element.get("wp:comment_author_email")),
        "authorUrl": text(element.get("wp:comment_author_url")),
        "body": autop::autop(element.get_whole("wp:comment_content")),
        "bodyFormat": "html",
        "status": status,
        "createdAt": at,
    });
    entry(element, "comment", id, item(ItemType::Comment, fields))
}

/// Returns the entry of the site.
pub(super) fn site(head: &Head, zone: &str, navigation: &Navigation) -> Entry {
    let text = |text: &str| Some(words(text)).filter(|text| !text.is_empty());
    let fields = json!({
        "title": text(&head.title).unwrap_or_else(|| "Broadsheet".to_owned()),
        "tagline": text(&head.description),
        "language": head.language(),
        "timeZone": zone,
        "navigation": navigation.entries,
    });
    Entry {
        line: head.line,
        kind: "site".to_owned(),
        id: None,
        content: item(ItemType::Site, fields),
        notes: Vec::new(),
    }
}

/// The head of an export, which describes the site.
#[derive(Debug, Default, Clone)]
pub(super) struct Head {
    pub(super) line: u64,
    pub(super) title: String,
    pub(super) link: String,
    pub(super) description: String,
    pub(super) language: String,
}

impl Head {
    /// Returns the site's language, if it is valid.
    pub(super) fn language(&self) -> Option<String> {
        let written = self.language.trim().replace('_', "-");
        written.parse::<domain::language::Language>().ok().map(|language| language.to_string())
    }
}
