//! The representation of media in both APIs.

use async_graphql::{Enum, ID, SimpleObject, Value};
use domain::media::{Media as DomainMedia, MediaKind as DomainKind};
use serde::Serialize;
use utoipa::ToSchema;

use crate::graphql::inline_fields::{InlineFields, RequestedField};

/// A kind of media.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema, Enum)]
#[serde(rename_all = "lowercase")]
pub enum MediaKind {
    /// An image.
    Image,
    /// A video.
    Video,
    /// An audio recording.
    Audio,
    /// Any other file, offered as a download.
    Document,
}

/// The point of an image that must stay visible when the image is cropped.
#[derive(Debug, Clone, Copy, Serialize, ToSchema, SimpleObject)]
pub struct FocalPoint {
    /// The distance from the left edge, as a fraction of the width: 0 to 1.
    #[schema(minimum = 0, maximum = 1, example = 0.5)]
    pub x: f64,
    /// The distance from the top edge, as a fraction of the height: 0 to 1.
    #[schema(minimum = 0, maximum = 1, example = 0.3)]
    pub y: f64,
}

/// The same media in another size or format.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct Rendition {
    /// The URL of the file.
    pub url: String,
    /// The media type.
    pub mime_type: Option<String>,
    /// In pixels.
    pub width: Option<u32>,
    /// In pixels.
    pub height: Option<u32>,
}

/// An image, a video, an audio recording or another file.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct Media {
    /// Unique id (a TypeID).
    #[schema(value_type = String, example = "media_01h455vb4pex5vsknk084sn02q")]
    pub id: ID,
    /// The kind of media.
    pub kind: MediaKind,
    /// The URL of the file: an absolute URL, or a path of the site.
    pub url: String,
    /// The media type.
    #[schema(example = "image/jpeg")]
    pub mime_type: Option<String>,
    /// In pixels.
    pub width: Option<u32>,
    /// In pixels.
    pub height: Option<u32>,
    /// Text that describes the content to people who cannot see it.
    pub alt: Option<String>,
    /// The caption.
    pub caption: Option<String>,
    /// The credit, such as the photographer's name.
    pub credit: Option<String>,
    /// Usage rights, as text.
    pub rights: Option<String>,
    /// The point that must stay visible when the image is cropped.
    pub focal_point: Option<FocalPoint>,
    /// The same media in other sizes and formats.
    #[graphql(complexity = "1 + 2 * child_complexity")]
    pub renditions: Vec<Rendition>,
}

impl InlineFields for Media {
    fn inline_field(&self, requested: &RequestedField<'_>) -> Option<Value> {
        match requested.name() {
            "id" => requested.leaf(&self.id),
            "kind" => requested.leaf(&self.kind),
            "url" => requested.leaf(&self.url),
            "mimeType" => requested.leaf(&self.mime_type),
            "width" => requested.leaf(&self.width),
            "height" => requested.leaf(&self.height),
            "alt" => requested.leaf(&self.alt),
            "caption" => requested.leaf(&self.caption),
            "credit" => requested.leaf(&self.credit),
            "rights" => requested.leaf(&self.rights),
            _ => None,
        }
    }
}

impl From<DomainMedia> for Media {
    fn from(media: DomainMedia) -> Self {
        Self {
            id: media.id.to_string().into(),
            kind: match media.kind {
                DomainKind::Image => MediaKind::Image,
                DomainKind::Video => MediaKind::Video,
                DomainKind::Audio => MediaKind::Audio,
                DomainKind::Document => MediaKind::Document,
            },
            url: media.url,
            mime_type: media.mime_type,
            width: media.width,
            height: media.height,
            alt: media.alt,
            caption: media.caption,
            credit: media.credit,
            rights: media.rights,
            focal_point: media.focal_point.map(|at| FocalPoint { x: at.x, y: at.y }),
            renditions: media
                .renditions
                .into_iter()
                .map(|one| Rendition {
                    url: one.url,
                    mime_type: one.mime_type,
                    width: one.width,
                    height: one.height,
                })
                .collect(),
        }
    }
}
