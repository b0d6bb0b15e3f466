//! The root types of the GraphQL schema. Each concept adds its queries and mutations here.

use async_graphql::MergedObject;

use super::node::NodeQueries;
use crate::{
    account::graphql::{AccountMutations, AccountQueries},
    api_key::graphql::{ApiKeyMutations, ApiKeyQueries},
    article::{
        editing::{
            bulk::BulkMutations,
            graphql::{WritingMutations, WritingQueries},
        },
        graphql::ArticleQueries,
    },
    change::graphql::ChangeQueries,
    collection::{editing::graphql::CollectionMutations, graphql::CollectionQueries},
    resolve::graphql::ResolveQueries,
    session::graphql::{SessionMutations, SessionQueries},
    site::{editing::graphql::SiteMutations, graphql::SiteQueries},
    term::{byline::BylineMutations, editing::graphql::TermMutations, graphql::TermQueries},
};

/// The root of all queries, which read data.
#[derive(MergedObject, Default)]
pub struct Query(
    NodeQueries,
    ArticleQueries,
    WritingQueries,
    TermQueries,
    CollectionQueries,
    SiteQueries,
    ResolveQueries,
    SessionQueries,
    AccountQueries,
    ApiKeyQueries,
    ChangeQueries,
);

/// The root of all mutations, which change data.
#[derive(MergedObject, Default)]
pub struct Mutation(
    SessionMutations,
    AccountMutations,
    ApiKeyMutations,
    WritingMutations,
    BulkMutations,
    TermMutations,
    BylineMutations,
    CollectionMutations,
    SiteMutations,
);
