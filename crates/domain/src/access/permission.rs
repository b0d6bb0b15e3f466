//! The permissions, with the lowest role and the API key scope of each.

use super::Role;

/// A permission that not every caller has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Read the whole body of every published article, whatever its access setting.
    ReadEverything,
    /// List, create, change and disable accounts.
    ManageAccounts,
    /// Create API keys for oneself.
    HoldKeys,
    /// Create API keys for another account.
    ActAsOthers,
    /// Read the change log.
    ReadChanges,
    /// Create, change and delete tags, sections and authors.
    EditTerms,
    /// Create, change and delete collections, such as front pages.
    EditCollections,
    /// Change the site settings, including advertisements, which may contain scripts.
    EditSite,
    /// Create administrators and change them.
    ManageAdministrators,
    /// Create links for choosing a password. With such a link one can take over the account.
    OfferPasswords,
    /// Read one's own articles before they are published.
    ReadDrafts,
    /// Read the unpublished articles of others.
    ReadOthersDrafts,
    /// Create articles, and edit, submit and trash one's own unpublished ones.
    WriteArticles,
    /// Edit the articles of others, and return them to their writers.
    WriteOthersArticles,
    /// Publish, schedule and unpublish one's own articles.
    PublishArticles,
    /// Publish and unpublish the articles of others.
    PublishOthersArticles,
    /// Set the pins, blocks, advertisements and access of an article.
    PlaceArticles,
    /// Permanently delete an article with all its revisions.
    PurgeArticles,
    /// Create the author that is the caller's own byline, and change it.
    OwnByline,
}

impl Permission {
    /// All permissions.
    pub const ALL: [Self; 19] = [
        Self::ReadEverything,
        Self::ManageAccounts,
        Self::HoldKeys,
        Self::ActAsOthers,
        Self::ReadChanges,
        Self::EditTerms,
        Self::EditCollections,
        Self::EditSite,
        Self::ManageAdministrators,
        Self::OfferPasswords,
        Self::ReadDrafts,
        Self::ReadOthersDrafts,
        Self::WriteArticles,
        Self::WriteOthersArticles,
        Self::PublishArticles,
        Self::PublishOthersArticles,
        Self::PlaceArticles,
        Self::PurgeArticles,
        Self::OwnByline,
    ];

    /// Returns the lowest role that has the permission; `None` if only the operator has it.
    pub(super) fn least_role(self) -> Option<Role> {
        match self {
            Self::ReadEverything | Self::HoldKeys | Self::ReadDrafts | Self::WriteArticles => {
                Some(Role::Contributor)
            }
            Self::PublishArticles | Self::OwnByline => Some(Role::Author),
            Self::EditTerms
            | Self::EditCollections
            | Self::ReadOthersDrafts
            | Self::WriteOthersArticles
            | Self::PublishOthersArticles
            | Self::PlaceArticles => Some(Role::Editor),
            Self::PurgeArticles
            | Self::ManageAccounts
            | Self::ReadChanges
            | Self::EditSite
            | Self::ManageAdministrators
            | Self::OfferPasswords => Some(Role::Admin),
            Self::ActAsOthers => None,
        }
    }

    /// Returns the API key scope that allows the permission; `None` if no key can have it.
    ///
    /// A scope for one's own articles also covers those of others, if the role allows it.
    pub fn scope(self) -> Option<&'static str> {
        match self {
            Self::ReadEverything => Some("articles:read"),
            Self::ManageAccounts => Some("users:manage"),
            Self::ReadChanges => Some("changes:read"),
            Self::EditTerms | Self::OwnByline => Some("terms:write"),
            Self::EditCollections => Some("collections:write"),
            Self::EditSite => Some("site:write"),
            Self::ReadDrafts | Self::ReadOthersDrafts => Some("drafts:read"),
            Self::WriteArticles | Self::WriteOthersArticles => Some("articles:write"),
            Self::PublishArticles | Self::PublishOthersArticles => Some("articles:publish"),
            Self::PlaceArticles => Some("articles:place"),
            Self::PurgeArticles => Some("articles:purge"),
            // These would let a key extend its own rights.
            Self::HoldKeys | Self::ActAsOthers | Self::ManageAdministrators | Self::OfferPasswords => None,
        }
    }
}
