//! Permissions: which caller may do what, and which body of an article a caller gets.
//!
//! What a role or an API key allows is decided here. Whose article it is, which some permissions
//! depend on, is decided in `article/rights.rs`.

use serde::{Deserialize, Serialize};

use crate::{
    account::AccountId,
    body::Body,
    context::Context,
    error::{Error, Kind, Result},
};

/// Who makes a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// An anonymous reader.
    Reader,
    /// A signed-in user, or an API key that acts for one.
    Account {
        /// The account.
        id: AccountId,
        /// The account's current role.
        role: Role,
        /// The scopes that limit the role; [`Scopes::ALL`] without an API key.
        scopes: Scopes,
    },
    /// The operator, who runs commands on the machine. May do everything.
    Operator,
}

/// The role of an account. Each role includes the permissions of the roles before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Role {
    Contributor,
    Author,
    Editor,
    Admin,
}

impl Role {
    /// All roles, lowest first.
    pub const ALL: [Self; 4] = [Self::Contributor, Self::Author, Self::Editor, Self::Admin];
}

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
    fn least_role(self) -> Option<Role> {
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

/// The permissions that a caller has at most, whatever the role allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scopes(u32);

impl Scopes {
    /// All permissions, for a user who is signed in.
    pub const ALL: Self = Self(u32::MAX);

    /// Parses the scopes of a key. Returns `None` if one is unknown.
    pub fn read<T: AsRef<str>>(names: &[T]) -> Option<Self> {
        names.iter().try_fold(Self(0), |scopes, name| {
            let named = Permission::ALL.into_iter().filter(|one| one.scope() == Some(name.as_ref()));
            let mut bits = named.fold(0, |bits, one| bits | one.bit());
            // Responses to writing and publishing contain the draft, so these scopes include
            // reading drafts.
            if matches!(name.as_ref(), "articles:write" | "articles:publish") {
                bits |= Permission::ReadDrafts.bit() | Permission::ReadOthersDrafts.bit();
            }
            (bits != 0).then_some(Self(scopes.0 | bits))
        })
    }

    /// Returns the names of the scopes.
    pub fn names(self) -> Vec<&'static str> {
        let allowed = Permission::ALL.into_iter().filter(|permission| self.allow(*permission));
        let mut names: Vec<&'static str> = Vec::new();
        for name in allowed.filter_map(Permission::scope) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// Returns whether no permission is allowed.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    fn allow(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }
}

impl Permission {
    fn bit(self) -> u32 {
        1 << self as u32
    }
}

impl Caller {
    /// Returns the caller's account; `None` for readers and the operator.
    pub fn account(self) -> Option<AccountId> {
        match self {
            Self::Account { id, .. } => Some(id),
            Self::Reader | Self::Operator => None,
        }
    }

    /// Returns whether the caller has a permission.
    pub fn may(self, permission: Permission) -> bool {
        match self {
            Self::Reader => false,
            Self::Account { role, scopes, .. } => {
                scopes.allow(permission) && permission.least_role().is_some_and(|least| role >= least)
            }
            Self::Operator => true,
        }
    }
}

/// Returns the error for an anonymous caller who must sign in.
pub fn sign_in_first() -> Error {
    Error::new(Kind::Unauthenticated, "access.sign_in", "sign in, and send the access token")
}

impl Context<'_> {
    /// Returns an error unless the caller has a permission: `access.sign_in` or `access.denied`.
    ///
    /// Call it before loading anything, so that the error does not depend on what exists.
    pub fn require(&self, permission: Permission) -> Result<()> {
        match self.caller {
            caller if caller.may(permission) => Ok(()),
            Caller::Reader => Err(sign_in_first()),
            Caller::Account { .. } | Caller::Operator => Err(denied()),
        }
    }
}

/// Returns the error for a caller who lacks a permission.
pub(crate) fn denied() -> Error {
    Error::new(Kind::Forbidden, "access.denied", "your role or your API key does not allow this")
}

/// Who gets the whole body of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Everybody.
    #[default]
    Open,
    /// Readers with an account.
    Registered,
    /// Subscribers.
    Paid,
}

/// Returns whether the caller gets the whole body of an article with this access setting.
pub fn gets_whole_body(caller: Caller, access: Access) -> bool {
    access == Access::Open || caller.may(Permission::ReadEverything)
}

/// Returns the body that the caller gets: the whole one or its first paragraph.
pub fn body_for(caller: Caller, access: Access, body: Body) -> Body {
    match gets_whole_body(caller, access) {
        true => body,
        false => body.teaser(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The frozen policy: a changed line here changes what users may do.
    const POLICY: &str = "\
permission             reader contributor author editor admin operator
ReadEverything         -      yes         yes    yes    yes   yes
ManageAccounts         -      -           -      -      yes   yes
HoldKeys               -      yes         yes    yes    yes   yes
ActAsOthers            -      -           -      -      -     yes
ReadChanges            -      -           -      -      yes   yes
EditTerms              -      -           -      yes    yes   yes
EditCollections        -      -           -      yes    yes   yes
EditSite               -      -           -      -      yes   yes
ManageAdministrators   -      -           -      -      yes   yes
OfferPasswords         -      -           -      -      yes   yes
ReadDrafts             -      yes         yes    yes    yes   yes
ReadOthersDrafts       -      -           -      yes    yes   yes
WriteArticles          -      yes         yes    yes    yes   yes
WriteOthersArticles    -      -           -      yes    yes   yes
PublishArticles        -      -           yes    yes    yes   yes
PublishOthersArticles  -      -           -      yes    yes   yes
PlaceArticles          -      -           -      yes    yes   yes
PurgeArticles          -      -           -      -      yes   yes
OwnByline              -      -           yes    yes    yes   yes
";

    #[test]
    fn the_policy_is_what_it_is() {
        let id = AccountId::from_bytes([1; 16]);
        let accounts = Role::ALL.map(|role| Caller::Account { id, role, scopes: Scopes::ALL });
        let mut callers = vec![Caller::Reader];
        callers.extend(accounts);
        callers.push(Caller::Operator);
        let mut table = format!("{:22} reader contributor author editor admin operator\n", "permission");
        let widths = [7, 12, 7, 7, 6, 0];
        for permission in Permission::ALL {
            table += &format!("{:23}", format!("{permission:?}"));
            for (caller, width) in callers.iter().zip(widths) {
                let word = if caller.may(permission) { "yes" } else { "-" };
                table += &format!("{word:width$}");
            }
            table = format!("{}\n", table.trim_end());
        }
        println!("{table}");
        assert_eq!(table, POLICY);
    }

    #[test]
    fn a_key_may_what_both_its_owner_and_its_scopes_allow() {
        let id = AccountId::from_bytes([1; 16]);
        let may = |role, names: &[&str]| {
            let scopes = Scopes::read(names).expect("scopes");
            let caller = Caller::Account { id, role, scopes };
            Permission::ALL.into_iter().filter(|permission| caller.may(*permission)).collect::<Vec<_>>()
        };
        use Permission::*;
        assert_eq!(may(Role::Admin, &["articles:read", "users:manage"]), [ReadEverything, ManageAccounts]);
        assert_eq!(may(Role::Editor, &["articles:read", "users:manage"]), [ReadEverything]);
        assert_eq!(may(Role::Admin, &["users:manage"]), [ManageAccounts]);
        assert_eq!(may(Role::Author, &["articles:write"]), [ReadDrafts, WriteArticles]);
        assert_eq!(
            may(Role::Editor, &["articles:write"]),
            [ReadDrafts, ReadOthersDrafts, WriteArticles, WriteOthersArticles]
        );
        assert_eq!(
            Scopes::read(&["articles:write"]).expect("scopes").names(),
            ["drafts:read", "articles:write"]
        );
        assert_eq!(Scopes::read(&["articles:read", "all"]), None);
        assert_eq!(Scopes::read(&["users:manage"]).expect("scopes").names(), ["users:manage"]);
    }
}
