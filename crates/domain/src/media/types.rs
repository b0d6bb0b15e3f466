//! A media item: its URLs, texts and sizes.

use serde::{Deserialize, Serialize};

use crate::{
    address,
    error::{Error, Result, Violation},
    id::{Entity, Id},
    web_path::WebPath,
};

/// The id of a media item.
pub type MediaId = Id<Media>;

impl Entity for Media {
    const PREFIX: &'static str = "media";
}

/// The type of a media item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum MediaKind {
    #[default]
    Image,
    Video,
    Audio,
    /// Any other file, offered for download.
    Document,
}

/// The point of an image that must stay visible when it is cropped.
///
/// Both coordinates are fractions of the image's size, from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FocalPoint {
    /// The distance from the left edge, as a fraction of the width.
    pub x: f64,
    /// The distance from the top edge, as a fraction of the height.
    pub y: f64,
}

/// The same media item in another size or format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the views document them for clients")]
pub struct Rendition {
    pub url: String,
    #[serde(default)]
    pub mime_type: Option<String>,
    #[serde(default)]
    pub width: Option<u32>,
    #[serde(default)]
    pub height: Option<u32>,
}

/// An image, a video, an audio recording or another file. Its serialised form is a line of JSONL.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the views document them for clients")]
pub struct Media {
    pub id: MediaId,
    #[serde(default)]
    pub kind: MediaKind,
    pub url: String,
    #[serde(default)]
    pub mime_type: Option<String>,
    /// In pixels.
    #[serde(default)]
    pub width: Option<u32>,
    /// In pixels.
    #[serde(default)]
    pub height: Option<u32>,
    #[serde(default)]
    pub alt: Option<String>,
    #[serde(default)]
    pub caption: Option<String>,
    #[serde(default)]
    pub credit: Option<String>,
    #[serde(default)]
    pub rights: Option<String>,
    #[serde(default)]
    pub focal_point: Option<FocalPoint>,
    #[serde(default)]
    pub renditions: Vec<Rendition>,
    /// Web paths of this site that lead to the media item, such as its pages on an earlier site.
    #[serde(default)]
    pub alias_paths: Vec<WebPath>,
}

impl Media {
    /// Checks all fields. Returns an error with every violation.
    pub fn check(&self) -> Result<()> {
        let mut violations = Vec::new();
        violations.extend(address::violation_in("url", [self.url.as_str()]));
        let renditions = self.renditions.iter().map(|rendition| rendition.url.as_str());
        violations.extend(address::violation_in("renditions", renditions));
        let mut wrong = |name: &str, code, detail: &'static str| {
            violations.push(Violation::at(name, code, detail));
        };
        let texts = [&self.alt, &self.caption, &self.credit, &self.rights, &self.mime_type];
        if texts.into_iter().flatten().any(|text| text.chars().count() > 5_000) {
            wrong(
                "caption",
                "text.too_long",
                "the texts of a media item must have at most 5,000 characters each",
            );
        }
        if self.focal_point.is_some_and(|at| !(0.0..=1.0).contains(&at.x) || !(0.0..=1.0).contains(&at.y)) {
            wrong("focalPoint", "focal_point.outside", "x and y must be from 0 to 1");
        }
        if self.renditions.len() > 100 || self.alias_paths.len() > 100 {
            wrong("renditions", "list.too_long", "must have at most 100 renditions and 100 alias paths");
        }
        if violations.is_empty() { Ok(()) } else { Err(Error::violations(violations)) }
    }
}
