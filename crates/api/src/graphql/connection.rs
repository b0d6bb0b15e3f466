//! Lists as Relay connections, and their arguments.

use std::borrow::Cow;

use async_graphql::{
    ContainerType, Lookahead, OutputType, SimpleObject, TypeName, Value, connection::PageInfo,
};
use domain::{
    error::{Error, Result},
    page::{Count, Direction, Limit, Page, PageRequest, Total},
};

use super::inline_fields::{InlineFields, RequestedField, Shown};

/// One page of a list.
#[derive(SimpleObject)]
#[graphql(name_type)]
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
    /// The total number of items in the list. Null if it is not known: a search with `q` counts matches among the
    /// first 1,000 articles.
    pub total_count: Option<u64>,
    /// The total number of items in the list, at most 10,000. With `q`, at least this number.
    pub estimated_count: Option<u64>,
}

/// An item of a list with its cursor.
#[derive(SimpleObject)]
#[graphql(name_type)]
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
        let exact = match page.total {
            Some(Total::Exact(total)) => Some(total),
            Some(Total::AtLeast(_)) | None => None,
        };
        let estimated = page.total.map(|total| match total {
            Total::Exact(total) | Total::AtLeast(total) => total.min(Count::ESTIMATE_LIMIT),
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
            total_count: exact,
            estimated_count: estimated,
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

impl<T: InlineFields + OutputType> TypeName for Connection<T>
where
    Edge<T>: InlineFields,
{
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", <T as OutputType>::type_name()).into()
    }
}

impl<T: InlineFields + OutputType> TypeName for Edge<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", <T as OutputType>::type_name()).into()
    }
}

/// The cost of a list: the length of its page times the cost of an item.
pub fn list_cost(first: Option<i32>, last: Option<i32>, each: usize) -> usize {
    let length = first.or(last).unwrap_or(20).clamp(1, 100);
    1 + usize::try_from(length).unwrap_or(100) * each
}
