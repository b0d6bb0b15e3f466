//! Tags, sections and authors over GraphQL.

use async_graphql::{ComplexObject, Context, ID, Object};
use domain::{
    error::Result,
    term::{self, Role, Term, TermFilter, read_key},
};

use super::{
    rest::user as read_user,
    view::{Author, Section, Tag, TagType},
};
use crate::{
    app::Length,
    article::{graphql::list_in, sort::ArticleSort, view::ArticleCard},
    graphql::{
        Connection, Edge, ListArguments, inline_fields::InlineFields, list_cost, loaders, one_key, read,
    },
    http::problem::Failure,
};

/// Queries for tags, sections and authors.
#[derive(Default)]
pub struct TermQueries;

async fn one<V: From<Term>>(
    ctx: &Context<'_>,
    role: Role,
    id: Option<ID>,
    slug: Option<String>,
) -> Result<Option<V>, Failure> {
    let key = match (id, slug) {
        (Some(id), None) => id.0,
        (None, Some(slug)) => slug,
        _ => return Err(one_key().into()),
    };
    Ok(read(ctx, Length::Short, move |cx, repos| term::find(cx, repos, role, &key)).await?.map(V::from))
}

async fn list<V: From<Term> + InlineFields>(
    ctx: &Context<'_>,
    role: Role,
    filter: TermFilter,
    list: ListArguments,
) -> Result<Connection<V>, Failure>
where
    Edge<V>: InlineFields,
{
    let page = list.read(&ctx.look_ahead())?;
    let page = read(ctx, Length::Short, move |cx, repos| term::list(cx, repos, role, &filter, &page)).await?;
    Ok(Connection::of(page, V::from))
}

#[Object]
impl TermQueries {
    /// One tag, by either its id or its slug; give exactly one of them.
    async fn tag(
        &self,
        ctx: &Context<'_>,
        id: Option<ID>,
        slug: Option<String>,
    ) -> Result<Option<Tag>, Failure> {
        one(ctx, Role::Tag, id, slug).await
    }

    /// All tags, by name. `type`: only tags of these types. `parent`: only tags directly below this
    /// one, by id or slug.
    #[graphql(complexity = "list_cost(first, last, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "the arguments of the contract")]
    async fn tags(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        r#type: Option<Vec<TagType>>,
        parent: Option<String>,
    ) -> Result<Connection<Tag>, Failure> {
        let parent = parent.map(|text| read_key(Role::Tag, &text, "parent")).transpose()?;
        let types = r#type.unwrap_or_default().into_iter().map(Into::into).collect();
        let filter = TermFilter { types, parent, ..TermFilter::default() };
        list(ctx, Role::Tag, filter, ListArguments { first, after, last, before }).await
    }

    /// One section, by either its id or its slug; give exactly one of them.
    async fn section(
        &self,
        ctx: &Context<'_>,
        id: Option<ID>,
        slug: Option<String>,
    ) -> Result<Option<Section>, Failure> {
        one(ctx, Role::Section, id, slug).await
    }

    /// All sections, by name. `parent`: only sections directly below this one, by id or slug.
    #[graphql(complexity = "list_cost(first, last, child_complexity)")]
    async fn sections(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        parent: Option<String>,
    ) -> Result<Connection<Section>, Failure> {
        let parent = parent.map(|text| read_key(Role::Section, &text, "parent")).transpose()?;
        let filter = TermFilter { parent, ..TermFilter::default() };
        list(ctx, Role::Section, filter, ListArguments { first, after, last, before }).await
    }

    /// One author, by either its id or its slug; give exactly one of them.
    async fn author(
        &self,
        ctx: &Context<'_>,
        id: Option<ID>,
        slug: Option<String>,
    ) -> Result<Option<Author>, Failure> {
        one(ctx, Role::Author, id, slug).await
    }

    /// All authors, by name. `user`: only the authors that belong to this account, by its id; requires
    /// the admin role or to be this account.
    #[graphql(complexity = "list_cost(first, last, child_complexity)")]
    async fn authors(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        user: Option<ID>,
    ) -> Result<Connection<Author>, Failure> {
        let filter = TermFilter { user: user.map(|id| read_user(&id)).transpose()?, ..TermFilter::default() };
        list(ctx, Role::Author, filter, ListArguments { first, after, last, before }).await
    }
}

#[ComplexObject]
impl Tag {
    /// The tag above this one in the hierarchy.
    async fn parent(&self, ctx: &Context<'_>) -> Result<Option<Tag>, Failure> {
        match self.above {
            Some(id) => loaders::term(ctx, id).await,
            None => Ok(None),
        }
    }

    /// The articles with this tag that readers see.
    #[graphql(complexity = "list_cost(first, last, child_complexity)")]
    async fn articles(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        #[graphql(default)] sort: ArticleSort,
    ) -> Result<Connection<ArticleCard>, Failure> {
        let list = ListArguments { first, after, last, before };
        list_in(ctx, self.term, self.article_count, list, sort).await
    }
}

#[ComplexObject]
impl Section {
    /// The section above this one in the hierarchy.
    async fn parent(&self, ctx: &Context<'_>) -> Result<Option<Section>, Failure> {
        match self.above {
            Some(id) => loaders::term(ctx, id).await,
            None => Ok(None),
        }
    }

    /// The articles in this section and the sections below it that readers see.
    #[graphql(complexity = "list_cost(first, last, child_complexity)")]
    async fn articles(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        #[graphql(default)] sort: ArticleSort,
    ) -> Result<Connection<ArticleCard>, Failure> {
        let list = ListArguments { first, after, last, before };
        list_in(ctx, self.term, self.article_count, list, sort).await
    }
}

#[ComplexObject]
impl Author {
    /// The articles by this author that readers see.
    #[graphql(complexity = "list_cost(first, last, child_complexity)")]
    async fn articles(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        #[graphql(default)] sort: ArticleSort,
    ) -> Result<Connection<ArticleCard>, Failure> {
        let list = ListArguments { first, after, last, before };
        list_in(ctx, self.term, self.article_count, list, sort).await
    }
}
