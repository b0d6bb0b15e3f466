//! The blocks of a body as clients see them.

use async_graphql::{SimpleObject, Union};
use domain::body;
use serde::Serialize;
use utoipa::ToSchema;

/// One block of a body. Every type has `html`, so that one a front end does not know can still be
/// shown.
#[derive(Debug, Clone, Serialize, ToSchema, Union)]
#[serde(tag = "type", rename_all = "lowercase")]
#[expect(missing_docs, reason = "the types say what they are")]
pub enum Block {
    Paragraph(ParagraphBlock),
    Heading(HeadingBlock),
    Quote(QuoteBlock),
    Pullquote(PullquoteBlock),
    List(ListBlock),
    Image(ImageBlock),
    Gallery(GalleryBlock),
    Embed(EmbedBlock),
    Code(CodeBlock),
    Table(TableBlock),
    Divider(DividerBlock),
    Html(HtmlBlock),
}

/// A paragraph.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct ParagraphBlock {
    /// The block as HTML.
    pub html: String,
}

/// A subhead.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct HeadingBlock {
    /// The block as HTML.
    pub html: String,
    /// Its anchor, which the table of contents names.
    pub id: String,
    /// Its level, 1 to 6.
    pub level: u8,
    /// Its words.
    pub text: String,
}

/// A quotation.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct QuoteBlock {
    /// The block as HTML.
    pub html: String,
    /// The quoted words.
    pub text: String,
    /// Whose words they are.
    pub cite: Option<String>,
}

/// Words lifted out of the text.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct PullquoteBlock {
    /// The block as HTML.
    pub html: String,
    /// The words.
    pub text: String,
    /// Whose words they are.
    pub cite: Option<String>,
}

/// A list.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct ListBlock {
    /// The block as HTML.
    pub html: String,
    /// Whether its items are numbered.
    pub ordered: bool,
    /// Its items as HTML.
    pub items: Vec<String>,
}

/// A picture.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct ImageBlock {
    /// The block as HTML.
    pub html: String,
    /// The picture.
    pub image: BodyImage,
}

/// Several pictures.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct GalleryBlock {
    /// The block as HTML.
    pub html: String,
    /// The pictures in order.
    pub images: Vec<BodyImage>,
}

/// Something of another site.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct EmbedBlock {
    /// The block as HTML: a link, or a player of a film or sound file. Frames are not kept.
    pub html: String,
    /// Who serves it, like `youtube`.
    pub provider: String,
    /// Its page there.
    pub url: String,
}

/// Preformatted text.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct CodeBlock {
    /// The block as HTML.
    pub html: String,
    /// The programming language, if the source says it.
    pub language: Option<String>,
    /// The text.
    pub text: String,
}

/// A table.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct TableBlock {
    /// The block as HTML.
    pub html: String,
    /// The text above or under it, as HTML.
    pub caption: Option<String>,
    /// The rows of heads, each cell as HTML.
    pub head: Vec<Vec<String>>,
    /// The other rows, each cell as HTML.
    pub rows: Vec<Vec<String>>,
}

/// A line between parts.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct DividerBlock {
    /// The block as HTML.
    pub html: String,
}

/// Anything else.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct HtmlBlock {
    /// The block as HTML.
    pub html: String,
}

/// A picture in a body.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct BodyImage {
    /// Where it is.
    pub url: String,
    /// Addresses of the same picture at other sizes, in the form of `srcset` in HTML.
    pub srcset: Option<String>,
    /// How wide the picture is shown, in the form of `sizes` in HTML.
    pub sizes: Option<String>,
    /// What it shows, for those who do not see it.
    pub alt: Option<String>,
    /// In pixels, as the source says.
    pub width: Option<u32>,
    /// In pixels, as the source says.
    pub height: Option<u32>,
    /// The text under it, as HTML.
    pub caption: Option<String>,
    /// Who made it.
    pub credit: Option<String>,
}

impl From<body::Image> for BodyImage {
    fn from(image: body::Image) -> Self {
        let body::Image { url, srcset, sizes, alt, width, height, caption, credit } = image;
        Self { url, srcset, sizes, alt, width, height, caption, credit }
    }
}

impl From<body::Block> for Block {
    fn from(block: body::Block) -> Self {
        use body::Block as From;
        match block {
            From::Paragraph { html } => Self::Paragraph(ParagraphBlock { html }),
            From::Heading { html, id, level, text } => Self::Heading(HeadingBlock { html, id, level, text }),
            From::Quote { html, text, cite } => Self::Quote(QuoteBlock { html, text, cite }),
            From::Pullquote { html, text, cite } => Self::Pullquote(PullquoteBlock { html, text, cite }),
            From::List { html, ordered, items } => Self::List(ListBlock { html, ordered, items }),
            From::Image { html, image } => Self::Image(ImageBlock { html, image: image.into() }),
            From::Gallery { html, images } => {
                Self::Gallery(GalleryBlock { html, images: images.into_iter().map(Into::into).collect() })
            }
            From::Embed { html, provider, url } => Self::Embed(EmbedBlock { html, provider, url }),
            From::Code { html, language, text } => Self::Code(CodeBlock { html, language, text }),
            From::Table { html, caption, head, rows } => {
                Self::Table(TableBlock { html, caption, head, rows })
            }
            From::Divider { html } => Self::Divider(DividerBlock { html }),
            From::Html { html } => Self::Html(HtmlBlock { html }),
        }
    }
}
