//! Accounts as clients see them.

use async_graphql::{Enum, ID, SimpleObject, Value};
use domain::{
    access::Role as DomainRole,
    account::{Account, PasswordLink as DomainLink},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    base::Base,
    graphql::held::{Asked, Held},
    pages,
    scalar::DateTime,
};

/// What somebody is in the newsroom; each may do what those before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, Enum)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Writes, and hands in.
    Contributor,
    /// Writes, and publishes what is their own.
    Author,
    /// Publishes what anybody wrote.
    Editor,
    /// Gives accounts too.
    Admin,
}

macro_rules! both_ways {
    ($($name:ident),*) => {
        impl From<DomainRole> for Role {
            fn from(role: DomainRole) -> Self {
                match role { $(DomainRole::$name => Self::$name,)* }
            }
        }
        impl From<Role> for DomainRole {
            fn from(role: Role) -> Self {
                match role { $(Role::$name => Self::$name,)* }
            }
        }
    };
}
both_ways!(Contributor, Author, Editor, Admin);

/// Somebody of the newsroom who may sign in.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Its id, a TypeID.
    #[schema(value_type = String, example = "user_01h455vb4pex5vsknk084sn02q")]
    pub id: ID,
    /// What its owner signs in with.
    #[schema(example = "editor@example.com")]
    pub email: String,
    /// What its owner is called.
    pub name: String,
    /// What its owner may do.
    pub role: Role,
    /// Whether its owner is kept out.
    pub disabled: bool,
    /// Whether its owner has chosen a password.
    pub has_password: bool,
    /// When it was given.
    pub created_at: DateTime,
}

impl Held for User {
    fn held(&self, asked: &Asked<'_>) -> Option<Value> {
        match asked.name() {
            "id" => asked.leaf(&self.id),
            "email" => asked.leaf(&self.email),
            "name" => asked.leaf(&self.name),
            "role" => asked.leaf(&self.role),
            "disabled" => asked.leaf(&self.disabled),
            "hasPassword" => asked.leaf(&self.has_password),
            "createdAt" => asked.leaf(&self.created_at),
            _ => None,
        }
    }
}

impl From<Account> for User {
    fn from(account: Account) -> Self {
        Self {
            id: account.id.to_string().into(),
            email: account.email.to_string(),
            name: account.name,
            role: account.role.into(),
            disabled: account.disabled,
            has_password: account.password.is_some(),
            created_at: account.created_at.into(),
        }
    }
}

/// Somebody of the newsroom, as colleagues see them.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct Colleague {
    /// The id of the account, as on drafts and revisions.
    #[schema(value_type = String, example = "user_01h455vb4pex5vsknk084sn02q")]
    pub id: ID,
    /// What the account's owner is called. Never an e-mail address.
    pub name: String,
}

impl Held for Colleague {
    fn held(&self, asked: &Asked<'_>) -> Option<Value> {
        match asked.name() {
            "id" => asked.leaf(&self.id),
            "name" => asked.leaf(&self.name),
            _ => None,
        }
    }
}

impl From<domain::account::Colleague> for Colleague {
    fn from(one: domain::account::Colleague) -> Self {
        Self { id: one.id.to_string().into(), name: one.name }
    }
}

/// A secret that lets its bearer choose a password for an account, once.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct PasswordLink {
    /// What `POST /v1/auth/password` takes as `link`. It is not shown again.
    pub link: String,
    /// The page on which the account's owner chooses a password with it. Give this to the owner.
    #[schema(example = "https://cms.example.com/password#bspw_…")]
    pub url: String,
    /// It is worth nothing from then on.
    pub expires_at: DateTime,
    /// Whose password it sets.
    pub user: User,
}

impl PasswordLink {
    /// Shows a link to a client that reaches this server there.
    pub(crate) fn of(link: DomainLink, base: &Base) -> Self {
        Self {
            url: pages::password_page(base, link.secret.reveal()),
            link: link.secret.reveal().to_owned(),
            expires_at: link.expires_at.into(),
            user: link.account.into(),
        }
    }
}
