//! Converts Markdown to HTML.
//!
//! Footnotes become a numbered list at the end, with links in both directions. The HTML is cleaned
//! afterwards, in `clean.rs`.

use std::{collections::HashMap, fmt::Write as _};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};

/// Converts CommonMark with tables, strikethrough and footnotes to HTML.
pub(super) fn to_html(source: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
    let mut out = String::with_capacity(source.len() * 5 / 4);
    let mut notes = Notes::default();
    html::push_html(&mut out, Parser::new_ext(source, options).filter_map(|event| notes.sort_out(event)));
    notes.write(&mut out);
    out
}

/// The footnotes of one text, numbered in the order of their first references.
#[derive(Default)]
struct Notes<'t> {
    /// Each note's key and its number of references so far. The index is the note's number minus one.
    referenced: Vec<(String, usize)>,
    numbers: HashMap<String, usize>,
    definitions: Vec<(String, Vec<Event<'t>>)>,
    /// Definitions that have started but not ended. They can be nested.
    open: Vec<(String, Vec<Event<'t>>)>,
}

impl<'t> Notes<'t> {
    /// Removes definitions from the text and replaces references by links.
    fn sort_out(&mut self, event: Event<'t>) -> Option<Event<'t>> {
        match event {
            Event::Start(Tag::FootnoteDefinition(label)) => {
                self.open.push((key(&label), Vec::new()));
                None
            }
            Event::End(TagEnd::FootnoteDefinition) => {
                self.definitions.extend(self.open.pop());
                None
            }
            event => match self.open.last_mut() {
                // References inside notes are numbered later, after those in the text.
                Some((_, events)) => {
                    events.push(event);
                    None
                }
                None => Some(self.linked(event)),
            },
        }
    }

    fn linked(&mut self, event: Event<'t>) -> Event<'t> {
        let Event::FootnoteReference(label) = event else { return event };
        let number = self.number(key(&label));
        self.referenced[number - 1].1 += 1;
        let place = place(number, self.referenced[number - 1].1);
        let link =
            format!(r##"<sup class="footnote-ref"><a href="#fn-{number}" id="{place}">{number}</a></sup>"##);
        Event::InlineHtml(link.into())
    }

    fn number(&mut self, key: String) -> usize {
        let next = self.referenced.len() + 1;
        let number = *self.numbers.entry(key.clone()).or_insert(next);
        if number == next {
            self.referenced.push((key, 0));
        }
        number
    }

    /// Appends the notes. Notes without a reference come last, so that no text is lost.
    fn write(mut self, out: &mut String) {
        if self.definitions.is_empty() {
            return;
        }
        let mut waiting: HashMap<String, Vec<Vec<Event<'t>>>> = HashMap::new();
        let mut keys = Vec::new();
        for (key, events) in std::mem::take(&mut self.definitions) {
            keys.push(key.clone());
            waiting.entry(key).or_default().push(events);
        }
        let mut written: Vec<(usize, String)> = Vec::new();
        let mut done = 0;
        let mut unreferenced = keys.into_iter();
        loop {
            // A note can refer to further notes, which get their numbers here.
            while let Some((key, _)) = self.referenced.get(done) {
                done += 1;
                for events in waiting.remove(key).unwrap_or_default() {
                    let events = events.into_iter().map(|event| self.linked(event)).collect();
                    written.push((done, content(events)));
                }
            }
            match unreferenced.find(|key| waiting.contains_key(key)) {
                Some(key) => self.number(key),
                None => break,
            };
        }
        out.push_str("<ol class=\"footnotes\">\n");
        for (number, html) in written {
            let back = self.ways_back(number);
            let end = html.strip_suffix("</p>");
            let _ = match end {
                Some(start) => writeln!(out, r#"<li id="fn-{number}">{start}{back}</p></li>"#),
                None => writeln!(out, r#"<li id="fn-{number}">{html}{back}</li>"#),
            };
        }
        out.push_str("</ol>\n");
    }

    fn ways_back(&self, number: usize) -> String {
        (1..=self.referenced[number - 1].1)
            .map(|nth| {
                let place = place(number, nth);
                format!(r##" <a class="footnote-backref" href="#{place}">↩</a>"##)
            })
            .collect()
    }
}

fn content(events: Vec<Event<'_>>) -> String {
    let mut html = String::new();
    html::push_html(&mut html, events.into_iter());
    html.trim().to_owned()
}

/// Returns the key of a label. Labels that differ only in case are the same.
fn key(label: &str) -> String {
    label.to_lowercase()
}

/// Returns the id of the nth reference to a note.
fn place(number: usize, nth: usize) -> String {
    if nth == 1 { format!("fnref-{number}") } else { format!("fnref-{number}-{nth}") }
}
