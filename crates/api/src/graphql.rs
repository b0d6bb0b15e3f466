//! GraphQL: the root types, and helpers that the concepts' resolvers share.

mod document_cache;
pub mod endpoint;
mod execution;
mod field_order;
mod hints;
pub mod inline_fields;
mod introspection;
pub mod limits;
pub mod loaders;
mod omitted;
mod size;
mod variables;

pub use self::execution::{MAX_ANSWER_BYTES, Schema, build};
pub(crate) use self::execution::{TOO_LARGE, too_large_text};
use self::inline_fields::{InlineFields, RequestedField, Shown};
use async_graphql::{
    ContainerType, Context, ID, Interface, Lookahead, MaybeUndefined, MergedObject, Object, SimpleObject,
    Value,
    connection::PageInfo,
    parser::types::{ExecutableDocument, OperationDefinition},
};
use domain::{
    article::Parts,
    error::{Error, Result, Violation},
    node,
    page::{Count, Direction, Limit, Page, PageRequest, Total},
    term::Role,
};

use crate::{
    account::{
        graphql::{AccountMutations, AccountQueries},
        view::{Colleague, User},
    },
    api_key::graphql::{ApiKeyMutations, ApiKeyQueries},
    app::{App, Length, RequestContext},
    article::{
        editing::{
            bulk::BulkMutations,
            graphql::{WritingMutations, WritingQueries},
            view::Revision,
        },
        graphql::ArticleQueries,
        view::ArticleCard,
    },
    change::{graphql::ChangeQueries, view::Change},
    collection::{editing::graphql::CollectionMutations, graphql::CollectionQueries, view::Collection},
    comment::view::Comment,
    media::view::Media,
    problem::Failure,
    resolve::graphql::ResolveQueries,
    session::graphql::{SessionMutations, SessionQueries},
    site::{editing::graphql::SiteMutations, graphql::SiteQueries},
    term::{
        byline::BylineMutations,
        editing::graphql::TermMutations,
        graphql::TermQueries,
        view::{Author, Section, Tag},
    },
};

/// Returns the operation of a document that will be executed.
fn chosen<'d>(document: &'d ExecutableDocument, name: Option<&str>) -> Option<&'d OperationDefinition> {
    let mut operations = document.operations.iter();
    let chosen = match name {
        Some(wanted) => operations.find(|(name, _)| name.is_some_and(|name| name.as_str() == wanted)),
        None => operations.next(),
    };
    chosen.map(|(_, operation)| &operation.node)
}

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

/// An object with a globally unique id.
#[derive(Interface)]
#[graphql(field(
    name = "id",
    ty = "&ID",
    desc = "Unique id (a TypeID). The prefix is the type of the object."
))]
#[expect(
    missing_docs,
    clippy::large_enum_variant,
    reason = "the types say what they are; few nodes live at once"
)]
pub enum Node {
    Article(ArticleCard),
    Tag(Tag),
    Section(Section),
    Author(Author),
    Media(Media),
    Comment(Comment),
    Collection(Collection),
}

impl From<node::Node> for Node {
    fn from(node: node::Node) -> Self {
        match node {
            node::Node::Article(card) => Self::Article((*card).into()),
            node::Node::Term(term) => match term.role {
                Role::Tag => Self::Tag((*term).into()),
                Role::Section => Self::Section((*term).into()),
                Role::Author => Self::Author((*term).into()),
            },
            node::Node::Media(media) => Self::Media((*media).into()),
            node::Node::Comment(shown) => Self::Comment((*shown).into()),
            node::Node::Collection(collection) => Self::Collection((*collection).into()),
        }
    }
}

/// Returns the object with this id, if readers can see it.
pub(crate) async fn node_of(ctx: &Context<'_>, id: ID) -> Result<Option<Node>, Failure> {
    let found =
        read(ctx, Length::Short, move |cx, repos| node::nodes(cx, repos, &[id.0], Parts::ALL)).await?;
    Ok(found.into_iter().flatten().next().map(Into::into))
}

/// Queries by id for any type of object.
#[derive(Default)]
pub struct NodeQueries;

#[Object]
impl NodeQueries {
    /// Any object, by its id. Null if readers cannot see it.
    async fn node(&self, ctx: &Context<'_>, id: ID) -> Result<Option<Node>, Failure> {
        node_of(ctx, id).await
    }

    /// Several objects by their ids, at most 100, in the order of the ids. Null for each that readers
    /// cannot see.
    #[graphql(complexity = "1 + ids.len() * child_complexity")]
    async fn nodes(&self, ctx: &Context<'_>, ids: Vec<ID>) -> Result<Vec<Option<Node>>, Failure> {
        let ids: Vec<String> = ids.into_iter().map(|id| id.0).collect();
        let found =
            read(ctx, Length::Short, move |cx, repos| node::nodes(cx, repos, &ids, Parts::ALL)).await?;
        Ok(found.into_iter().map(|node| node.map(Into::into)).collect())
    }
}

/// Runs a use case that reads, for a resolver.
pub async fn read<R: Send + 'static>(
    ctx: &Context<'_>,
    length: Length,
    work: impl FnOnce(&domain::context::Context<'_>, &mut dyn domain::store::Repos) -> Result<R> + Send + 'static,
) -> Result<R, Failure> {
    let app = ctx.data_unchecked::<App>();
    Ok(app.read(ctx.data_unchecked::<RequestContext>(), length, work).await?)
}

/// Runs a use case that writes, for a resolver.
pub async fn write<R: Send + 'static>(
    ctx: &Context<'_>,
    work: impl FnOnce(&domain::context::Context<'_>, &mut dyn domain::store::Repos) -> Result<R> + Send + 'static,
) -> Result<R, Failure> {
    Ok(ctx.data_unchecked::<App>().write(ctx.data_unchecked::<RequestContext>(), work).await?)
}

/// Reads a field that may be omitted but not null.
pub(crate) fn non_null<T>(value: MaybeUndefined<T>, name: &str) -> Result<Option<T>> {
    match value {
        MaybeUndefined::Undefined => Ok(None),
        MaybeUndefined::Value(value) => Ok(Some(value)),
        MaybeUndefined::Null => {
            Err(Error::violations(vec![Violation::at(name, "value.malformed", "must not be null")]))
        }
    }
}

/// Converts a field that may be omitted, null or set: `None` is omitted, `Some(None)` is null.
pub(crate) fn nullable<T>(value: MaybeUndefined<T>) -> Option<Option<T>> {
    match value {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(value)),
    }
}

/// One page of a list.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "ArticleConnection", params(ArticleCard)),
    concrete(name = "TagConnection", params(Tag)),
    concrete(name = "SectionConnection", params(Section)),
    concrete(name = "AuthorConnection", params(Author)),
    concrete(name = "CommentConnection", params(Comment)),
    concrete(name = "CollectionConnection", params(Collection)),
    concrete(name = "UserConnection", params(User)),
    concrete(name = "ColleagueConnection", params(Colleague)),
    concrete(name = "ChangeConnection", params(Change)),
    concrete(name = "RevisionConnection", params(Revision))
)]
pub struct Connection<T: InlineFields>
where
    Edge<T>: InlineFields,
{
    /// The items of this page, each with its cursor.
    pub edges: Vec<Shown<Edge<T>>>,
    /// The items of this page.
    pub nodes: Vec<Shown<T>>,
    /// Pagination: whether there are more pages, and their cursors.
    pub page_info: PageInfo,
    /// The total number of items in the list.
    pub total_count: Option<u64>,
    /// The total number of items in the list, at most 10,000.
    pub estimated_count: Option<u64>,
}

/// An item of a list with its cursor.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "ArticleEdge", params(ArticleCard)),
    concrete(name = "TagEdge", params(Tag)),
    concrete(name = "SectionEdge", params(Section)),
    concrete(name = "AuthorEdge", params(Author)),
    concrete(name = "CommentEdge", params(Comment)),
    concrete(name = "CollectionEdge", params(Collection)),
    concrete(name = "UserEdge", params(User)),
    concrete(name = "ColleagueEdge", params(Colleague)),
    concrete(name = "ChangeEdge", params(Change)),
    concrete(name = "RevisionEdge", params(Revision))
)]
pub struct Edge<T: InlineFields> {
    /// The cursor of this item, for `after` and `before`.
    pub cursor: String,
    /// The item.
    pub node: Shown<T>,
}

impl<T: InlineFields> Connection<T>
where
    Edge<T>: InlineFields,
{
    /// Builds the connection of a page.
    pub fn of<D>(page: Page<D>, view: impl Fn(D) -> T) -> Self {
        let total = page.total.map(|total| match total {
            Total::Exact(total) | Total::AtLeast(total) => total,
        });
        let (has_previous, has_next) = (page.has_previous, page.has_next);
        let start_cursor = page.start_cursor().map(str::to_owned);
        let end_cursor = page.end_cursor().map(str::to_owned);
        let edges: Vec<_> = page
            .edges
            .into_iter()
            .map(|edge| Edge { cursor: edge.cursor, node: view(edge.item).into() })
            .map(Shown::from)
            .collect();
        Self {
            nodes: edges.iter().map(|edge| edge.node.clone()).collect(),
            page_info: PageInfo {
                has_previous_page: has_previous,
                has_next_page: has_next,
                start_cursor,
                end_cursor,
            },
            edges,
            total_count: total,
            estimated_count: total.map(|total| total.min(Count::ESTIMATE_LIMIT)),
        }
    }
}

impl<T: InlineFields> InlineFields for Edge<T>
where
    Self: ContainerType,
{
    fn inline_field(&self, requested: &RequestedField<'_>) -> Option<Value> {
        match requested.name() {
            "cursor" => requested.leaf(&self.cursor),
            "node" => requested.object(&*self.node),
            _ => None,
        }
    }
}

/// The arguments of every list.
pub struct ListArguments {
    /// Return this many items from the start of the list.
    pub first: Option<i32>,
    /// Returns items after this cursor.
    pub after: Option<String>,
    /// Return this many items from the end of the list.
    pub last: Option<i32>,
    /// Returns items before this cursor.
    pub before: Option<String>,
}

impl ListArguments {
    /// Reads the arguments. Counts only if `selected` contains a count.
    pub fn read(self, selected: &Lookahead<'_>) -> Result<PageRequest> {
        let (limit, direction) = match (self.first, self.last) {
            (Some(_), Some(_)) => {
                let detail = "cannot be combined with first; use one of them";
                return Err(Error::parameter("last", "page.two_directions", detail));
            }
            (Some(first), None) => (Limit::new(first.into(), "first")?, Direction::Forward),
            (None, Some(last)) => (Limit::new(last.into(), "last")?, Direction::Backward),
            (None, None) if self.before.is_some() && self.after.is_none() => {
                (Limit::DEFAULT, Direction::Backward)
            }
            (None, None) => (Limit::DEFAULT, Direction::Forward),
        };
        let count = if selected.field("totalCount").exists() {
            Count::Exact
        } else if selected.field("estimatedCount").exists() {
            Count::Estimate
        } else {
            Count::None
        };
        Ok(PageRequest { limit, direction, after: self.after, before: self.before, count })
    }
}

/// The parts of an article that a selection needs.
pub fn parts(article: &Lookahead<'_>) -> Parts {
    let has = |name: &str| article.field(name).exists();
    let counts = |name: &str| {
        let term = article.field(name);
        term.field("articleCount").exists() || term.field("articles").exists()
    };
    Parts {
        section: has("section"),
        tags: has("tags"),
        authors: has("authors") || has("byline"),
        counts: ["section", "tags", "authors"].into_iter().any(counts),
    }
}

/// The parts that the articles in a connection need.
pub fn parts_of_list(list: &Lookahead<'_>) -> Parts {
    either(parts(&list.field("nodes")), parts(&list.field("edges").field("node")))
}

/// The parts that at least one of two selections needs.
pub fn either(a: Parts, b: Parts) -> Parts {
    Parts {
        section: a.section || b.section,
        tags: a.tags || b.tags,
        authors: a.authors || b.authors,
        counts: a.counts || b.counts,
    }
}

/// The cost of a list: the length of its page times the cost of an item.
pub fn list_cost(first: Option<i32>, last: Option<i32>, each: usize) -> usize {
    let length = first.or(last).unwrap_or(20).clamp(1, 100);
    1 + usize::try_from(length).unwrap_or(100) * each
}
