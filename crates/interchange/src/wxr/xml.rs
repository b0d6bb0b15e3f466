//! Reads XML as a stream, from files that are not trusted.
//!
//! Nothing here expands an entity, opens another file, or holds more in memory than one element of the
//! channel. Like WordPress, it accepts a bare `&` and `]]>` in text, which XML forbids, and counts them.
//! Any other syntax error ends reading, with its line.

use std::io::{self, BufRead, Read};

use quick_xml::{
    Error, Reader, XmlVersion,
    events::{BytesStart, Event},
};

use crate::import::Broken;

/// Maximum nesting depth of elements.
const MAX_DEPTH: usize = 64;

/// Maximum bytes of one element of the channel.
const MAX_ELEMENT: u64 = 64 * 1024 * 1024;

/// Maximum bytes of an attribute's value. In real exports they have at most a few hundred.
const MAX_ATTRIBUTE: usize = 64 * 1024;

/// Maximum bytes of one tag or text.
const MAX_PIECE: u64 = 16 * 1024 * 1024;

/// An element with its children.
#[derive(Debug, Default)]
pub(super) struct Element {
    /// Name with the standard prefix: `wp:post_id`, `content:encoded`, `title`.
    pub(super) name: String,
    /// The line on which it begins, from 1.
    pub(super) line: u64,
    pub(super) attributes: Vec<(String, String)>,
    /// The text directly in it.
    pub(super) text: String,
    pub(super) children: Vec<Element>,
}

impl Element {
    /// Returns the trimmed text of the first child with this name, or an empty text if there is none.
    pub(super) fn get(&self, name: &str) -> &str {
        self.children.iter().find(|child| child.name == name).map_or("", |child| child.text.trim())
    }

    /// Like [`Element::get`], without trimming white space.
    pub(super) fn get_whole(&self, name: &str) -> &str {
        self.children.iter().find(|child| child.name == name).map_or("", |child| child.text.as_str())
    }

    pub(super) fn all<'e>(&'e self, name: &'static str) -> impl Iterator<Item = &'e Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    pub(super) fn attribute(&self, name: &str) -> &str {
        self.attributes.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

/// Counts of the XML errors that are accepted.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Taken {
    pub(super) ampersands: u64,
    pub(super) ends_of_cdata: u64,
}

/// Reads the elements directly below the channel, one at a time.
pub(super) struct Channel<R> {
    reader: Reader<Counted<R>>,
    buffer: Vec<u8>,
    /// Names of the open elements: `rss`, `channel`.
    open: Vec<String>,
    prefixes: Vec<(String, &'static str)>,
    pub(super) taken: Taken,
    done: bool,
}

impl<R: BufRead> Channel<R> {
    pub(super) fn new(input: R) -> Self {
        let mut reader =
            Reader::from_reader(Counted { input, lines: 0, piece: 0, element: 0, start: [0; 4], read: 0 });
        reader.config_mut().allow_dangling_amp = true;
        reader.config_mut().check_comments = false;
        Self {
            reader,
            buffer: Vec::new(),
            open: Vec::new(),
            prefixes: Vec::new(),
            taken: Taken::default(),
            done: false,
        }
    }

    fn line(&self) -> u64 {
        self.reader.get_ref().lines + 1
    }

    fn broken(&self, reason: impl Into<String>) -> Broken {
        Broken { line: self.line(), reason: reason.into() }
    }

    /// Returns the next element of the channel; `None` after the last one.
    pub(super) fn next(&mut self) -> Result<Option<Element>, Broken> {
        // The elements being read, outermost first.
        let mut building: Vec<Element> = Vec::new();
        self.reader.get_mut().element = 0;
        while !self.done {
            self.buffer.clear();
            self.reader.get_mut().piece = 0;
            let mut buffer = std::mem::take(&mut self.buffer);
            let event = self.reader.read_event_into(&mut buffer);
            let finished = match event {
                Ok(event) => self.take(event, &mut building),
                Err(error) => Err(self.broken(in_words(&error, self.reader.get_ref()))),
            };
            self.buffer = buffer;
            if let Some(element) = finished? {
                return Ok(Some(element));
            }
        }
        self.after_the_end().map(|()| None)
    }

    /// Checks that only white space and comments follow the root element.
    fn after_the_end(&mut self) -> Result<(), Broken> {
        loop {
            self.buffer.clear();
            self.reader.get_mut().piece = 0;
            let junk = match self.reader.read_event_into(&mut self.buffer) {
                Ok(Event::Eof) => return Ok(()),
                Ok(Event::Text(text)) => !text.xml10_content().trim().is_empty(),
                Ok(Event::Comment(_) | Event::PI(_)) => false,
                Ok(_) | Err(_) => true,
            };
            if junk {
                return Err(self.broken("has something after its end, </rss>"));
            }
        }
    }

    fn take(&mut self, event: Event<'_>, building: &mut Vec<Element>) -> Result<Option<Element>, Broken> {
        match event {
            Event::Start(start) => {
                self.begin(&start, building)?;
                Ok(None)
            }
            Event::Empty(start) => {
                self.begin(&start, building)?;
                Ok(self.end(building))
            }
            Event::End(_) => Ok(self.end(building)),
            Event::Text(text) => {
                let text = text.xml10_content();
                self.taken.ampersands += text.matches('&').count() as u64;
                self.taken.ends_of_cdata += text.matches("]]>").count() as u64;
                self.push(&text, building);
                Ok(None)
            }
            Event::CData(text) => {
                self.push(&text.xml10_content(), building);
                Ok(None)
            }
            Event::GeneralRef(reference) => {
                match reference.resolve_char_ref() {
                    Ok(Some(c)) => self.push(c.encode_utf8(&mut [0; 4]), building),
                    Ok(None) => match &*reference.xml10_content() {
                        "lt" => self.push("<", building),
                        "gt" => self.push(">", building),
                        "amp" => self.push("&", building),
                        "quot" => self.push("\"", building),
                        "apos" => self.push("'", building),
                        // Keep entities of HTML as they are. These fields contain HTML, which decodes them.
                        name => self.push(&format!("&{name};"), building),
                    },
                    Err(_) => self.push("\u{FFFD}", building),
                }
                Ok(None)
            }
            Event::Decl(declaration) => match declaration.encoding() {
                Some(Ok(encoding)) if !encoding.eq_ignore_ascii_case("utf-8") => {
                    Err(self.broken(format!("says that it is written in {encoding}; convert it to UTF-8")))
                }
                _ => Ok(None),
            },
            Event::DocType(declared) => {
                let text = declared.xml10_content();
                match text.contains("ENTITY") || text.contains('[') {
                    true => Err(self.broken("declares entities, which no WordPress export does")),
                    false => Ok(None),
                }
            }
            Event::Eof if self.open.is_empty() && building.is_empty() => {
                Err(self.broken("has no channel: it is not a WordPress export"))
            }
            Event::Eof => {
                let inside = building.last().map(|element| element.name.as_str());
                let inside = inside.or(self.open.last().map(String::as_str)).unwrap_or_default();
                Err(self.broken(format!("ends in the middle of <{inside}>")))
            }
            Event::Comment(_) | Event::PI(_) => Ok(None),
        }
    }

    fn begin(&mut self, start: &BytesStart<'_>, building: &mut Vec<Element>) -> Result<(), Broken> {
        let raw = start.name().as_ref().to_owned();
        let raw = String::from_utf8_lossy(raw.as_ref()).into_owned();
        if building.is_empty() && self.open.len() < 2 {
            self.read_prefixes(start);
            let expected = if self.open.is_empty() { "rss" } else { "channel" };
            if raw != expected {
                return Err(self.broken(format!(
                    "has <{}> where <{expected}> is expected: it is not a WordPress export",
                    shown(&raw)
                )));
            }
            self.open.push(raw);
            return Ok(());
        }
        if building.len() >= MAX_DEPTH {
            return Err(self.broken(format!("has elements that nest more than {MAX_DEPTH} deep")));
        }
        let mut attributes = Vec::new();
        for attribute in start.attributes().with_checks(false) {
            let attribute =
                attribute.map_err(|error| self.broken(format!("has a bad attribute: {error}")))?;
            let value = attribute.normalized_value(XmlVersion::default()).unwrap_or_else(|_| {
                String::from_utf8_lossy(attribute.value.as_ref().as_ref()).into_owned().into()
            });
            if value.len() > MAX_ATTRIBUTE {
                let limit = MAX_ATTRIBUTE / 1024;
                return Err(self.broken(format!("has an attribute of more than {limit} KiB")));
            }
            let name = String::from_utf8_lossy(attribute.key.as_ref().as_ref()).into_owned();
            attributes.push((name, value.into_owned()));
        }
        let name = self.name(&raw);
        building.push(Element { name, line: self.line(), attributes, ..Element::default() });
        Ok(())
    }

    fn end(&mut self, building: &mut Vec<Element>) -> Option<Element> {
        let Some(element) = building.pop() else {
            self.open.pop();
            self.done = self.open.is_empty();
            return None;
        };
        match building.last_mut() {
            Some(parent) => {
                // Unescaped HTML, as in <title>An <em>odd</em> one</title>, is text of the parent.
                if !element.name.contains(':') && parent.name != "item" {
                    parent.text.push_str(&element.text);
                }
                parent.children.push(element);
                None
            }
            None => Some(element),
        }
    }

    fn push(&self, text: &str, building: &mut [Element]) {
        if let Some(element) = building.last_mut() {
            element.text.push_str(text);
        }
    }

    /// Reads which prefixes the file declares for the known namespaces.
    fn read_prefixes(&mut self, start: &BytesStart<'_>) {
        for attribute in start.attributes().with_checks(false).flatten() {
            let name = String::from_utf8_lossy(attribute.key.as_ref().as_ref()).into_owned();
            let Some(prefix) = name.strip_prefix("xmlns:") else { continue };
            let uri = String::from_utf8_lossy(attribute.value.as_ref().as_ref()).into_owned();
            let known = match uri.trim_start_matches("https:").trim_start_matches("http:") {
                uri if uri.contains("wordpress.org/export/") && uri.contains("excerpt") => "excerpt",
                uri if uri.contains("wordpress.org/export/") => "wp",
                uri if uri.contains("purl.org/rss/1.0/modules/content") => "content",
                uri if uri.contains("purl.org/dc/elements") => "dc",
                _ => continue,
            };
            self.prefixes.push((prefix.to_owned(), known));
        }
    }

    fn name(&self, raw: &str) -> String {
        let Some((prefix, local)) = raw.split_once(':') else { return raw.to_owned() };
        let known = self.prefixes.iter().find(|(declared, _)| declared == prefix).map(|(_, known)| *known);
        format!("{}:{local}", known.unwrap_or(prefix))
    }
}

/// Returns the start of a name, for messages.
fn shown(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(40).collect()
}

/// Returns an error message in words that people who have only the file understand.
fn in_words<R>(error: &Error, input: &Counted<R>) -> String {
    match error {
        Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => error.to_string(),
        Error::Io(error) => format!("cannot be read: {error}"),
        Error::Encoding(_)
            if input.start.starts_with(&[0xFE, 0xFF]) || input.start.starts_with(&[0xFF, 0xFE]) =>
        {
            "is written in UTF-16; convert it to UTF-8".to_owned()
        }
        Error::Encoding(_) => "is not UTF-8".to_owned(),
        Error::Syntax(error) => format!("is not well-formed XML, or cut off here: {error}"),
        error => {
            format!("is not well-formed XML: {}", error.to_string().replace("ill-formed document: ", ""))
        }
    }
}

/// A reader that counts lines and refuses too large elements before they are held in memory.
struct Counted<R> {
    input: R,
    lines: u64,
    piece: u64,
    element: u64,
    /// The first bytes, which show whether the file is UTF-16.
    start: [u8; 4],
    read: usize,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let n = available.len().min(into.len());
        into[..n].copy_from_slice(&available[..n]);
        self.consume(n);
        Ok(n)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.piece > MAX_PIECE || self.element > MAX_ELEMENT {
            let limit = if self.piece > MAX_PIECE { MAX_PIECE } else { MAX_ELEMENT };
            let text =
                format!("has an element or a piece of text of more than {} MiB", limit / (1024 * 1024));
            return Err(io::Error::new(io::ErrorKind::InvalidData, text));
        }
        self.input.fill_buf()
    }

    fn consume(&mut self, n: usize) {
        if let Ok(buffer) = self.input.fill_buf() {
            let taken = &buffer[..n.min(buffer.len())];
            self.lines += taken.iter().filter(|byte| **byte == b'\n').count() as u64;
            for (at, byte) in taken.iter().take(4usize.saturating_sub(self.read)).enumerate() {
                self.start[self.read + at] = *byte;
            }
            self.read = (self.read + taken.len()).min(4);
        }
        self.piece += n as u64;
        self.element += n as u64;
        self.input.consume(n);
    }
}
