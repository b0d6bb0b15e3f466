//! Media as clients see them.

use async_graphql::{Enum, ID, SimpleObject, Value};
use domain::media::{Media as DomainMedia, MediaKind as DomainKind};
use serde::Serialize;
use utoipa::ToSchema;

use crate::graphql::held::{Asked, Held};

/// What a medium is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema, Enum)]
#[serde(rename_all = "lowercase")]
pub enum MediaKind {
    /// A picture.
    Image,
    /// A film.
    Video,
    /// A recording.
    Audio,
    /// Anything else, to be downloaded.
    Document,
}

/// The place in a picture that must stay in view when it is cropped.
#[derive(Debug, Clone, Copy, Serialize, ToSchema, SimpleObject)]
pub struct FocalPoint {
    /// From the left, as a part of the width: 0 to 1.
    #[schema(minimum = 0, maximum = 1, example = 0.5)]
    pub x: f64,
    /// From the top, as a part of the height: 0 to 1.
    #[schema(minimum = 0, maximum = 1, example = 0.3)]
    pub y: f64,
}

/// The same medium at another size or in another form.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct Rendition {
    /// Where it is.
    pub url: String,
    /// Its media type.
    pub mime_type: Option<String>,
    /// In pixels.
    pub width: Option<u32>,
    /// In pixels.
    pub height: Option<u32>,
}

/// A picture, a film, a recording or a file.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct Media {
    /// Its id, a TypeID.
    #[schema(value_type = String, example = "media_01h455vb4pex5vsknk084sn02q")]
    pub id: ID,
    /// What it is.
    pub kind: MediaKind,
    /// Where its bytes are: a web address, or a path of the site.
    pub url: String,
    /// Its media type.
    #[schema(example = "image/jpeg")]
    pub mime_type: Option<String>,
    /// In pixels.
    pub width: Option<u32>,
    /// In pixels.
    pub height: Option<u32>,
    /// What it shows, for those who do not see it.
    pub alt: Option<String>,
    /// What to print under it.
    pub caption: Option<String>,
    /// Who made it.
    pub credit: Option<String>,
    /// What may be done with it.
    pub rights: Option<String>,
    /// The place that must stay in view when it is cropped.
    pub focal_point: Option<FocalPoint>,
    /// The same at other sizes or in other forms.
    #[graphql(complexity = "1 + 2 * child_complexity")]
    pub renditions: Vec<Rendition>,
}

impl Held for Media {
    fn held(&self, asked: &Asked<'_>) -> Option<Value> {
        match asked.name() {
            "id" => asked.leaf(&self.id),
            "kind" => asked.leaf(&self.kind),
            "url" => asked.leaf(&self.url),
            "mimeType" => asked.leaf(&self.mime_type),
            "width" => asked.leaf(&self.width),
            "height" => asked.leaf(&self.height),
            "alt" => asked.leaf(&self.alt),
            "caption" => asked.leaf(&self.caption),
            "credit" => asked.leaf(&self.credit),
            "rights" => asked.leaf(&self.rights),
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
