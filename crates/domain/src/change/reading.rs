//! Reading the change log.

use super::{Change, ChangeFilter};
use crate::{
    access::Permission,
    context::Context,
    error::Result,
    page::{Count, Fingerprint, Page, PageRequest, Total},
    store::Repos,
};

/// Lists changes, newest first.
pub fn list(
    cx: &Context<'_>,
    repos: &mut dyn Repos,
    filter: &ChangeFilter,
    page: &PageRequest,
) -> Result<Page<Change>> {
    cx.require(Permission::ReadChanges)?;
    let window = page.open(Fingerprint::of(&("changes", filter)))?;
    let mut found = window.fetch(Change::position, |window| repos.change_page(filter, window))?;
    found.total = match page.count {
        Count::None => None,
        Count::Exact | Count::Estimate => Some(Total::Exact(repos.change_count(filter)?)),
    };
    Ok(found)
}
