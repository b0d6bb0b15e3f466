//! Reading the site settings.

use super::Site;
use crate::{error::Result, media::Media, store::Repos};

/// Returns the site settings and the logo.
pub fn get(repos: &mut dyn Repos) -> Result<(Site, Option<Media>)> {
    let site = repos.site()?.unwrap_or_default();
    let logo = match site.logo {
        Some(id) => repos.media(&[id])?.pop(),
        None => None,
    };
    Ok((site, logo))
}
