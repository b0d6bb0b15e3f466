//! What resolvers share: running use cases, and reading inputs that may be omitted or null.

use async_graphql::{Context, MaybeUndefined};
use domain::error::{Error, Result, Violation};

use crate::{
    app::{App, Length},
    context::RequestContext,
    http::problem::Failure,
};

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

/// The error for a field that takes either an id or a slug, and got none or both.
pub(crate) fn one_key() -> Error {
    Error::parameter("id", "key.not_one", "give exactly one of id and slug")
}
