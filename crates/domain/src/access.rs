//! Who may do what. The one place that decides it, and which body a caller gets.

use serde::{Deserialize, Serialize};

use crate::{
    account::AccountId,
    body::Body,
    cx::Cx,
    error::{Error, Kind, Result},
};

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// Anybody.
    Reader,
    /// Somebody of the newsroom, signed in.
    Account {
        /// The account.
        id: AccountId,
        /// What it is now.
        role: Role,
        /// What an API key narrows that to.
        scopes: Scopes,
    },
    /// Whoever runs commands on the machine.
    Operator,
}

/// What somebody is in the newsroom; each may do what those before it may.
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
    /// All of them, the least first.
    pub const ALL: [Self; 4] = [Self::Contributor, Self::Author, Self::Editor, Self::Admin];
}

/// Something that not everybody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Read the whole body of every published article, whomever it is for.
    ReadEverything,
    /// See who has an account, give accounts, change and close them.
    ManageAccounts,
    /// Have API keys of one's own.
    HoldKeys,
    /// Make keys that act for somebody else.
    ActAsOthers,
    /// Read what was changed, when and by whom.
    ReadChanges,
    /// Make, change and remove tags, sections and authors.
    EditTerms,
    /// Make, change and remove collections, such as front pages.
    EditCollections,
    /// Change what the newsroom says of itself, advertisements among it, which may bring scripts.
    EditSite,
    /// Make administrators, and change them.
    ManageAdministrators,
    /// Make links by which somebody chooses a password, and so to become that one.
    OfferPasswords,
    /// Read one's own articles before readers see them.
    ReadDrafts,
    /// Read those of others.
    ReadOthersDrafts,
    /// Write articles: make them, change one's own, hand them in, throw them away unpublished.
    WriteArticles,
    /// Change those of others, and give them back.
    WriteOthersArticles,
    /// Let readers see one's own articles, from a time and until a time, and take them away again.
    PublishArticles,
    /// Publish those of others, and take them away.
    PublishOthersArticles,
    /// Decide what stands beside an article and whom it is for: pins, blocks, advertisements, access.
    PlaceArticles,
    /// Destroy an article with all its revisions.
    PurgeArticles,
    /// Create the author that is the caller's own byline, and change it.
    OwnByline,
}

impl Permission {
    /// All of them.
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

    /// The least role that has it; `None` for what is for the operator alone.
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

    /// What the scope of an API key is called that allows it; `None` for what no key may. A scope that
    /// allows something with one's own articles allows it with those of others, if the role does.
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
            // What would let a key become more than it is.
            Self::HoldKeys | Self::ActAsOthers | Self::ManageAdministrators | Self::OfferPasswords => None,
        }
    }
}

/// What somebody may do at most, whatever their role is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scopes(u32);

impl Scopes {
    /// Of whoever is signed in.
    pub const ALL: Self = Self(u32::MAX);

    /// Reads the scopes of a key; `None` when one is unknown.
    pub fn read<T: AsRef<str>>(names: &[T]) -> Option<Self> {
        names.iter().try_fold(Self(0), |scopes, name| {
            let named = Permission::ALL.into_iter().filter(|one| one.scope() == Some(name.as_ref()));
            let mut bits = named.fold(0, |bits, one| bits | one.bit());
            // Who writes or publishes is answered with what was written.
            if matches!(name.as_ref(), "articles:write" | "articles:publish") {
                bits |= Permission::ReadDrafts.bit() | Permission::ReadOthersDrafts.bit();
            }
            (bits != 0).then_some(Self(scopes.0 | bits))
        })
    }

    /// What the scopes of a key are called.
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

    /// Whether they allow nothing.
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
    /// Whose doing what the caller does is; nobody's for readers and commands.
    pub fn account(self) -> Option<AccountId> {
        match self {
            Self::Account { id, .. } => Some(id),
            Self::Reader | Self::Operator => None,
        }
    }

    /// Whether the caller may do this.
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

/// What is said to whoever must be known and is not.
pub fn sign_in_first() -> Error {
    Error::new(Kind::Unauthenticated, "access.sign_in", "sign in, and send the access token")
}

impl Cx<'_> {
    /// Fails unless the caller may do this. Asked before anything is loaded, so that the answer does
    /// not depend on what there is.
    pub fn require(&self, permission: Permission) -> Result<()> {
        match self.caller {
            caller if caller.may(permission) => Ok(()),
            Caller::Reader => Err(sign_in_first()),
            Caller::Account { .. } | Caller::Operator => Err(denied()),
        }
    }
}

/// What is said to whoever is known and may not.
pub(crate) fn denied() -> Error {
    Error::new(Kind::Forbidden, "access.denied", "your role or your key may not do this")
}

/// Whom an article's whole body is for.
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

/// Whether `caller` gets the whole body of an article that is for `access`.
pub fn gets_whole_body(caller: Caller, access: Access) -> bool {
    access == Access::Open || caller.may(Permission::ReadEverything)
}

/// Returns the body that `caller` gets: the whole one or its first paragraph.
pub fn body_for(caller: Caller, access: Access, body: Body) -> Body {
    match gets_whole_body(caller, access) {
        true => body,
        false => body.teaser(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frozen: a line that changes here changes what people in newsrooms may do.
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
