//! The representation of body blocks in both APIs.

use async_graphql::{SimpleObject, Union};
use domain::body;
use serde::Serialize;
use utoipa::ToSchema;

/// One block of a body. Every type has `html`, so that a front end can show blocks of types it does not
/// know.
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

/// A heading inside the body.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct HeadingBlock {
    /// The block as HTML.
    pub html: String,
    /// The anchor of the heading, as in `toc`.
    pub id: String,
    /// Heading level, 1 to 6.
    pub level: u8,
    /// The text of the heading, without markup.
    pub text: String,
}

/// A quotation.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct QuoteBlock {
    /// The block as HTML.
    pub html: String,
    /// The quoted text.
    pub text: String,
    /// The source of the quotation.
    pub cite: Option<String>,
}

/// A short quotation from the article, to be displayed prominently.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct PullquoteBlock {
    /// The block as HTML.
    pub html: String,
    /// The quoted text.
    pub text: String,
    /// The source of the quotation.
    pub cite: Option<String>,
}

/// A list.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct ListBlock {
    /// The block as HTML.
    pub html: String,
    /// Whether the list is numbered.
    pub ordered: bool,
    /// The items, each as HTML.
    pub items: Vec<String>,
}

/// An image.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct ImageBlock {
    /// The block as HTML.
    pub html: String,
    /// The image.
    pub image: BodyImage,
}

/// Several images.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct GalleryBlock {
    /// The block as HTML.
    pub html: String,
    /// The images, in order.
    pub images: Vec<BodyImage>,
}

/// Content embedded from another site.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct EmbedBlock {
    /// The block as HTML: a link, or a player for a video or audio file. Never an `iframe`.
    pub html: String,
    /// The provider, such as `youtube`.
    pub provider: String,
    /// The URL of the content at the provider.
    pub url: String,
}

/// Preformatted text, such as source code.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct CodeBlock {
    /// The block as HTML.
    pub html: String,
    /// The programming language, if the source names one.
    pub language: Option<String>,
    /// The text.
    pub text: String,
}

/// A table.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct TableBlock {
    /// The block as HTML.
    pub html: String,
    /// The caption, as HTML.
    pub caption: Option<String>,
    /// The header rows; each cell as HTML.
    pub head: Vec<Vec<String>>,
    /// The other rows; each cell as HTML.
    pub rows: Vec<Vec<String>>,
}

/// A horizontal rule between two parts.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct DividerBlock {
    /// The block as HTML.
    pub html: String,
}

/// Any other content.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct HtmlBlock {
    /// The block as HTML.
    pub html: String,
}

/// An image in a body.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct BodyImage {
    /// The URL of the image.
    pub url: String,
    /// The same image in other sizes, in the format of the HTML attribute `srcset`.
    pub srcset: Option<String>,
    /// The display width, in the format of the HTML attribute `sizes`.
    pub sizes: Option<String>,
    /// Text that describes the image to people who cannot see it.
    pub alt: Option<String>,
    /// In pixels, if the source gives it.
    pub width: Option<u32>,
    /// In pixels, if the source gives it.
    pub height: Option<u32>,
    /// The caption, as HTML.
    pub caption: Option<String>,
    /// The credit, such as the photographer's name.
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
