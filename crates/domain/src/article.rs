//! Articles: their revisions, workflow, lists and use cases.
//!
//! A [`Document`] is the content of one immutable revision. A [`Card`] is a published revision as
//! lists show it. Readers' lists use cards only, so a missing condition cannot expose a draft.
//! How articles are stored is behind [`crate::store`].

pub mod bulk;
mod card;
mod comparison;
mod creation;
mod desk;
mod desk_selection;
mod desk_words;
mod display_status;
mod document;
mod edge;
mod filter;
mod guard;
mod idempotency;
mod list;
mod page;
mod patch;
pub mod preview;
pub(crate) mod references;
mod rendition;
mod request;
mod revisions;
mod rights;
pub mod schedule;
mod selecting;
mod show;
mod story;
pub(crate) mod term_aliases;
mod types;
mod upsert;
mod workflow;

pub use self::{
    card::{Card, Parts},
    comparison::{BlockChange, Comparison, FieldChange, compare},
    creation::create,
    desk::{DeskFilter, DeskParameters, OnDesk, desk, draft},
    desk_selection::{DeskSelection, DeskTerms},
    display_status::DisplayStatus,
    document::{Correction, CorrectionKind, Document, Seo, Status},
    filter::{ArticleFilter, Conditions, Selection, SetFilter, Sort, read_ids},
    guard::Precondition,
    list::{Found, bodies, by_ids, count, find, get, list, list_in_each, translations},
    page::{ArticlePage, PageSizes, page_of_each},
    patch::{ArticlePatch, CorrectionPatch, SeoPatch, TermList, WantedStatus},
    preview::{Preview, offer_preview, previewed},
    rendition::Rendition,
    request::Request,
    revisions::{manuscript, restore_revision, revision, revisions},
    show::{PageOrMoved, PageParts, Shown, Version, WholePage, show, show_page},
    story::{Article, Publication, Published, Revision},
    types::{ArticleId, ArticleKey, Kind, Translation},
    upsert::{Upserted, upsert},
    workflow::{archive, edit, publish, purge, restore, send_back, submit, trash, unpublish},
};
pub use crate::web_path::WebPath;
