//! The HTTP server: a REST API and a GraphQL API over the same use cases.
//!
//! | path | module |
//! |---|---|
//! | `/v1/articles`, `/v1/articles/{article}`, `…/related`, `…/comments` | [`article::rest`], [`related::rest`], [`comment::rest`] |
//! | `/v1/tags`, `/v1/sections`, `/v1/authors`, and one of each | [`term::rest`] |
//! | `/v1/collections`, and one of them; `/v1/site` | [`collection::rest`], [`site::rest`] |
//! | `/v1/resolve` | [`resolve::rest`] |
//! | `/v1/auth/…`, `/v1/me`, `/.well-known/jwks.json`; `/v1/users` | [`session::rest`], [`account::rest`], [`api_key::rest`] |
//! | `/v1/changes` | [`change::rest`] |
//! | `/graphql` | [`graphql`], with the `graphql` module of each resource |
//! | `/openapi.json`, `/schema.graphql`, `/problems/{code}` | [`documents`] |
//! | `/health/live`, `/health/ready` | [`health`] |
//!
//! A handler or a resolver reads the request, calls one use case through [`app::App`], and renders
//! the result as a view. Permissions are checked in `domain`; SQL is in `persistence`.

pub mod account;
pub mod api_key;
pub mod app;
pub mod article;
pub mod change;
pub mod collection;
pub mod comment;
mod context;
pub mod documents;
pub mod graphql;
pub mod health;
pub mod http;
pub mod media;
mod openapi;
pub mod pages;
mod parameters;
mod reader;
pub mod related;
pub mod resolve;
pub mod scalar;
mod schedule;
pub mod session;
pub mod site;
pub mod term;

pub use self::openapi::openapi_json;

/// Returns the GraphQL schema in the schema definition language (SDL).
pub fn sdl() -> String {
    graphql::build().sdl()
}
