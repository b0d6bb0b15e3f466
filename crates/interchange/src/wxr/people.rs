//! The authors of an export: WordPress's users, and the guest authors of Co-Authors Plus.
//!
//! The plugin stores each author as a term of the taxonomy `author` with the slug `cap-` and the login,
//! and each guest as an item of type `guest-author`. Their names, logins and descriptions can contain
//! e-mail addresses; these never leave this module.

use std::collections::HashMap;

use domain::{body::plain_text, resolve::address_slug, slug::Slug};
use serde_json::{Value, json};

use super::{survey::meta, taxonomy, xml::Element};

/// An author.
#[derive(Debug, Clone, Default)]
pub(super) struct Person {
    /// Id in the import. Never an e-mail address.
    pub(super) id: String,
    name: String,
    bio: Option<String>,
    photo: Option<u64>,
    website: Option<String>,
    /// Slugs that lead from the addresses in WordPress.
    old_slugs: Vec<String>,
}

/// The authors of a file.
#[derive(Debug, Default)]
pub(super) struct People {
    persons: Vec<Person>,
    by_login: HashMap<String, usize>,
    guests: Vec<Guest>,
    /// Terms of authors: slug, name, and the description that the plugin uses for its search.
    terms: Vec<(String, String, String)>,
}

/// A guest author as the file has it.
#[derive(Debug)]
struct Guest {
    login: String,
    person: Person,
    linked: String,
}

impl People {
    /// Adds a user.
    pub(super) fn add_user(&mut self, element: &Element) {
        let login = element.get("wp:author_login");
        if login.is_empty() || self.by_login.contains_key(&key(login)) {
            return;
        }
        let full = format!("{} {}", element.get("wp:author_first_name"), element.get("wp:author_last_name"));
        let name = public_name(&[element.get("wp:author_display_name"), full.trim()], login);
        self.add(login, Person { name, ..Person::default() });
    }

    /// Adds a guest author.
    pub(super) fn add_guest(&mut self, item: &Element) {
        let get = |name: &str| meta(item, name).unwrap_or_default();
        let own = item.get("wp:post_name");
        let login = match get("cap-user_login") {
            "" => own.strip_prefix("cap-").unwrap_or(own),
            login => login,
        };
        let full = format!("{} {}", get("cap-first_name"), get("cap-last_name"));
        let name = public_name(&[get("cap-display_name"), full.trim(), item.get("title")], login);
        let bio = match get("cap-description") {
            "" => item.get("content:encoded"),
            bio => bio,
        };
        let login = if login.is_empty() { item.get("wp:post_id") } else { login };
        let person = Person {
            name,
            bio: public_text(bio),
            photo: get("_thumbnail_id").parse().ok().filter(|id| *id > 0),
            website: Some(get("cap-website"))
                .filter(|url| url.starts_with("http") && domain::media::is_address(url) && !has_address(url))
                .map(str::to_owned),
            ..Person::default()
        };
        self.guests.push(Guest {
            login: login.to_owned(),
            person,
            linked: get("cap-linked_account").to_owned(),
        });
    }

    /// Adds a term of the taxonomy of authors.
    pub(super) fn add_term(&mut self, slug: &str, name: &str, description: &str) {
        self.terms.push((slug.to_owned(), name.to_owned(), description.to_owned()));
    }

    /// Merges users, guests and terms that are the same person. Call it after the whole file is read.
    pub(super) fn settle(&mut self) {
        for guest in std::mem::take(&mut self.guests) {
            let linked = Some(key(&guest.linked)).filter(|linked| !linked.is_empty());
            let known = linked.and_then(|linked| self.by_login.get(&linked).copied());
            match known.or_else(|| self.by_login.get(&key(&guest.login)).copied()) {
                Some(at) => {
                    let Person { id, old_slugs, .. } = self.persons[at].clone();
                    self.persons[at] = Person { id, old_slugs, ..guest.person };
                    self.by_login.insert(key(&guest.login), at);
                    self.persons[at].old_slugs.extend(old_slugs_of(&guest.login));
                }
                None => self.add(&guest.login, guest.person),
            }
        }
        for (slug, name, description) in std::mem::take(&mut self.terms) {
            if let Some(at) = self.by_login(&slug, &name) {
                // The slug of the term is the author's slug, also where it is not made of the login. It is
                // kept as a digest, because it can be made of an e-mail address.
                self.persons[at].old_slugs.push(address_slug("author", login_of(&slug)).to_string());
            } else if self.writer(&slug, &name).is_none() {
                let login = if name.is_empty() { login_of(&slug) } else { &name };
                let name = public_name(&[&display_name(&description, login)], login);
                self.add(login_of(&slug), Person { name, ..Person::default() });
            }
        }
    }

    fn add(&mut self, login: &str, person: Person) {
        let is_address = has_address(login);
        let id = if is_address { format!("user-{:016x}", fingerprint(login)) } else { login.to_owned() };
        self.by_login.insert(key(login), self.persons.len());
        self.persons.push(Person { id, old_slugs: old_slugs_of(login), ..person });
    }

    /// Returns the user with a login, or a new one with only the login if the file does not define it.
    pub(super) fn user(&self, login: &str) -> Person {
        match self.by_login.get(&key(login)) {
            Some(at) => self.persons[*at].clone(),
            None => {
                let mut made = Self::default();
                made.add(login, Person { name: public_name(&[], login), ..Person::default() });
                made.persons.remove(0)
            }
        }
    }

    /// Returns the author of a term.
    pub(super) fn writer(&self, slug: &str, name: &str) -> Option<&Person> {
        let by_name = || self.persons.iter().position(|person| !name.is_empty() && person.name == name);
        self.by_login(slug, name).or_else(by_name).map(|at| &self.persons[at])
    }

    /// Returns the index of the author whose login a term names.
    fn by_login(&self, slug: &str, name: &str) -> Option<usize> {
        [login_of(slug), name].into_iter().find_map(|login| self.by_login.get(&key(login))).copied()
    }

    /// Returns the author that a post names, or a new one with only this name if the file does not define it.
    pub(super) fn writer_named(&self, slug: &str, name: &str) -> Person {
        if let Some(known) = self.writer(slug, name) {
            return known.clone();
        }
        let mut person = self.user(login_of(slug));
        person.name = public_name(&[&plain_text(name)], login_of(slug));
        person
    }

    /// Returns the author of a `guest-author` item.
    pub(super) fn guest(&self, item: &Element) -> Option<&Person> {
        let mut one = Self::default();
        one.add_guest(item);
        let login = one.guests.pop()?.login;
        self.by_login.get(&key(&login)).map(|at| &self.persons[*at])
    }
}

impl Person {
    /// Returns the fields of the author item.
    pub(super) fn fields(&self, has_picture: impl Fn(u64) -> bool) -> Value {
        let mut old_slugs = self.old_slugs.clone();
        old_slugs.sort();
        old_slugs.dedup();
        let mut fields = json!({ "id": self.id, "name": self.name, "oldSlugs": old_slugs });
        if let Some(bio) = &self.bio {
            fields["bio"] = bio.clone().into();
        }
        if let Some(photo) = self.photo.filter(|photo| has_picture(*photo)) {
            fields["photo"] = photo.to_string().into();
        }
        if let Some(website) = &self.website {
            fields["links"] = json!([{ "label": "Website", "url": website }]);
        }
        fields
    }
}

/// Returns the key by which logins are compared. WordPress drops some characters in the slug of a login.
fn key(login: &str) -> String {
    login.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Returns the slugs that lead from `/author/…/` in WordPress to the author.
///
/// A slug made of an e-mail address would reveal the address, so it is kept as a digest.
fn old_slugs_of(login: &str) -> Vec<String> {
    let nicename = nicename(login);
    if has_address(login) {
        return vec![address_slug("author", &nicename).to_string()];
    }
    let mut slugs = vec![Slug::of(login, "author").to_string(), Slug::of(&nicename, "author").to_string()];
    slugs.dedup();
    slugs
}

/// Returns the slug that WordPress makes of a login: `ann@news.example` becomes `annnews-example`.
///
/// Marks other than dots, hyphens and underscores are removed, not replaced by a hyphen.
fn nicename(login: &str) -> String {
    let mut name = String::new();
    // WordPress reads the first 50 characters.
    for c in login.trim().chars().take(50) {
        match c {
            c if c.is_alphanumeric() || c == '_' => name.extend(c.to_lowercase()),
            c if name.is_empty() || name.ends_with('-') || !(c.is_whitespace() || ".-/".contains(c)) => {}
            _ => name.push('-'),
        }
    }
    name.trim_end_matches('-').to_owned()
}

fn login_of(slug: &str) -> &str {
    slug.strip_prefix("cap-").unwrap_or(slug)
}

/// Returns the FNV-1a hash. Unlike the standard library's hash, it is the same in every release.
fn fingerprint(text: &str) -> u64 {
    text.to_lowercase()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Returns the display name from a description by Co-Authors Plus.
///
/// The description is the display name, first name, last name, login, id and e-mail address.
fn display_name(description: &str, login: &str) -> String {
    if !taxonomy::is_description(description) {
        return String::new();
    }
    let words: Vec<&str> = description.split_whitespace().collect();
    let Some(at) = words.iter().rposition(|word| word.eq_ignore_ascii_case(login)).filter(|at| *at > 0)
    else {
        return String::new();
    };
    let names = &words[..at];
    let half = names.len() / 2;
    match names.len().is_multiple_of(2) && (names[..half] == names[half..] || names.len() >= 4) {
        true => names[..half].join(" "),
        false => names.join(" "),
    }
}

/// Returns the first usable name, or else the login, without its part from the `@`.
pub(super) fn public_name(names: &[&str], login: &str) -> String {
    let shown = |name: &&str| {
        let plain: String = plain_text(name).chars().filter(|c| !c.is_control()).collect();
        let name = without_addresses(&plain);
        (!name.is_empty() && name.chars().any(char::is_alphanumeric)).then_some(name)
    };
    if let Some(name) = names.iter().find_map(shown) {
        return name.chars().take(200).collect();
    }
    let local = login.split('@').next().unwrap_or_default().trim();
    let local = if local.is_empty() { "Author" } else { local };
    match has_address(login) {
        true => local.replace(['.', '_', '+'], " ").trim().chars().take(200).collect(),
        false => login.chars().take(200).collect(),
    }
}

/// Returns a description that can be published; `None` if it is a plugin's record.
pub(super) fn public_text(text: &str) -> Option<String> {
    if !taxonomy::is_description(text) {
        return None;
    }
    let plain: String = plain_text(text).chars().filter(|c| !c.is_control()).collect();
    Some(without_addresses(&plain)).filter(|text| !text.is_empty())
}

/// Returns whether a text contains an e-mail address.
pub(super) fn has_address(text: &str) -> bool {
    text.contains('@')
        && without_addresses(text).len() != text.split_whitespace().collect::<Vec<_>>().join(" ").len()
}

/// Returns a text on one line, without its e-mail addresses.
pub(super) fn without_addresses(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        let is_local = |c: char| c.is_alphanumeric() || "._%+-".contains(c);
        let is_domain = |c: char| c.is_alphanumeric() || ".-".contains(c);
        let local = rest[..at].trim_end_matches(is_local).len();
        let domain = rest[at + 1..].find(|c| !is_domain(c)).unwrap_or(rest.len() - at - 1);
        let end = at + 1 + domain;
        match local < at && domain > 0 {
            true => {
                let before = rest[..local].trim_end_matches("mailto:").trim_end_matches(['<', '(']);
                out.push_str(before);
                rest = rest[end..].trim_start_matches(['>', ')']);
                out.push(' ');
            }
            false => {
                out.push_str(&rest[..=at]);
                rest = &rest[at + 1..];
            }
        }
    }
    out.push_str(rest);
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_leave_names_and_texts() {
        for (text, without) in [
            ("Bob Quill bob 2 bob@x.example", "Bob Quill bob 2"),
            ("Write to <ann@x.example> or (bob.q+news@mail.x.example), please.", "Write to or , please."),
            ("@ann on the net, 5 @ 3", "@ann on the net, 5 @ 3"),
            ("ann@localhost", ""),
        ] {
            assert_eq!(without_addresses(text), without);
        }
        assert_eq!(public_name(&["bob@x.example", ""], "bob.quill@x.example"), "bob quill");
        assert_eq!(public_name(&["", "Bob Quill"], "bob@x.example"), "Bob Quill");
        assert_eq!(public_name(&[], "bob"), "bob");
    }

    #[test]
    fn logins_become_the_slugs_of_wordpress() {
        for (login, slug) in [
            ("ann@news.example", "annnews-example"),
            ("Bob.Quill+Desk@Mail.example", "bob-quilldeskmail-example"),
            ("a_b@x-y.example", "a_bx-y-example"),
            ("Ann Lee", "ann-lee"),
            ("ann. -lee.", "ann-lee"),
            ("@ann", "ann"),
        ] {
            assert_eq!(nicename(login), slug);
        }
        assert_eq!(nicename(&"x".repeat(60)).len(), 50);
        assert_eq!(old_slugs_of("bob+x"), ["bob-x", "bobx"]);
        let hidden = old_slugs_of("ann@news.example");
        assert_eq!(hidden, [address_slug("author", "annnews-example").to_string()]);
        assert!(hidden[0].starts_with("path-") && !hidden[0].contains("ann"), "{hidden:?}");
    }

    #[test]
    fn the_shown_name_is_read_out_of_what_the_plugin_searches() {
        for (description, name) in [
            ("Bob Quill bob 2 bob@x.example", "Bob Quill"),
            ("Bob Quill Bob Quill bob 2 bob@x.example", "Bob Quill"),
            ("Bob Quill Robert Quill bob 2 bob@x.example", "Bob Quill"),
            ("bob 2 bob@x.example", ""),
            ("", ""),
        ] {
            assert_eq!(display_name(description, "bob"), name, "{description}");
        }
    }
}
