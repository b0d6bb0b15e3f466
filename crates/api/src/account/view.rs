//! The representation of accounts in both APIs.

use async_graphql::{Enum, ID, SimpleObject, Value};
use domain::{
    access::Role as DomainRole,
    account::{Account, PasswordLink as DomainLink},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    graphql::inline_fields::{InlineFields, RequestedField},
    http::base::Base,
    pages,
    scalar::DateTime,
};

/// The role of an account. Each role includes the permissions of the roles before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, Enum)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Writes articles and submits them for review.
    Contributor,
    /// Also publishes their own articles.
    Author,
    /// Also edits and publishes all articles, and manages tags, sections, authors and collections.
    Editor,
    /// Also manages accounts and the site, and deletes articles permanently.
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

/// An account of a member of the newsroom.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Unique id (a TypeID).
    #[schema(value_type = String, example = "user_01h455vb4pex5vsknk084sn02q")]
    pub id: ID,
    /// The e-mail address for signing in.
    #[schema(example = "editor@example.com")]
    pub email: String,
    /// The person's name.
    pub name: String,
    /// The role, which decides what the account may do.
    pub role: Role,
    /// Whether the account is disabled and cannot sign in.
    pub disabled: bool,
    /// Whether a password has been chosen.
    pub has_password: bool,
    /// When the account was created.
    pub created_at: DateTime,
}

impl InlineFields for User {
    fn inline_field(&self, requested: &RequestedField<'_>) -> Option<Value> {
        match requested.name() {
            "id" => requested.leaf(&self.id),
            "email" => requested.leaf(&self.email),
            "name" => requested.leaf(&self.name),
            "role" => requested.leaf(&self.role),
            "disabled" => requested.leaf(&self.disabled),
            "hasPassword" => requested.leaf(&self.has_password),
            "createdAt" => requested.leaf(&self.created_at),
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

/// The public part of an account, visible to everyone in the newsroom.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
pub struct Colleague {
    /// The account's id, as in `createdBy` and `savedBy`.
    #[schema(value_type = String, example = "user_01h455vb4pex5vsknk084sn02q")]
    pub id: ID,
    /// The person's name. Never an e-mail address.
    pub name: String,
}

impl InlineFields for Colleague {
    fn inline_field(&self, requested: &RequestedField<'_>) -> Option<Value> {
        match requested.name() {
            "id" => requested.leaf(&self.id),
            "name" => requested.leaf(&self.name),
            _ => None,
        }
    }
}

impl From<domain::account::Colleague> for Colleague {
    fn from(one: domain::account::Colleague) -> Self {
        Self { id: one.id.to_string().into(), name: one.name }
    }
}

/// A one-time link for choosing the password of an account.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct PasswordLink {
    /// The secret to send as `link` to `POST /v1/auth/password`. It is not shown again.
    pub link: String,
    /// The page where the account's owner chooses a password. Give this URL to the owner.
    #[schema(example = "https://cms.example.com/password#bspw_…")]
    pub url: String,
    /// When the link stops working.
    pub expires_at: DateTime,
    /// The account whose password the link sets.
    pub user: User,
}

impl PasswordLink {
    /// Builds the view of a link; `base` is the address by which the client reaches this server.
    pub(crate) fn of(link: DomainLink, base: &Base) -> Self {
        Self {
            url: pages::password_page(base, link.secret.reveal()),
            link: link.secret.reveal().to_owned(),
            expires_at: link.expires_at.into(),
            user: link.account.into(),
        }
    }
}
