//! Importing what the newsroom says of itself.

use serde_json::{Map, Value};

use super::{
    Importer, Outcome, Report, reasons, skipped, storable, target,
    thing::{own_fields, read},
};
use crate::{
    change::{Action, NewChange},
    cx::Cx,
    error::Result,
    media::Media,
    site::Site,
    store::Repos,
};

impl Importer {
    pub(super) fn import_site(
        &mut self,
        cx: &Cx<'_>,
        repos: &mut dyn Repos,
        given: &Map<String, Value>,
    ) -> Result<Report> {
        let mut fields = match own_fields(given) {
            Ok(fields) => fields,
            Err(reason) => return Ok(skipped(reason)),
        };
        // There is one site; what its source calls it says nothing.
        fields.remove("id");
        if let Some(logo) = fields.get_mut("logo") {
            let Some(name) = storable(logo) else { return Ok(skipped("logo: must be a name")) };
            *logo = Value::String(target::<Media>(self, cx, repos, &name)?.to_string());
        }
        let (site, notes): (Site, _) = match read(&fields) {
            Ok(read) => read,
            Err(reason) => return Ok(skipped(reason)),
        };
        if let Err(error) = site.check() {
            return Ok(skipped(reasons(&error)));
        }
        let before = repos.site()?;
        let outcome = match &before {
            Some(before) if *before == site => Outcome::Unchanged,
            Some(_) => Outcome::Updated,
            None => Outcome::Created,
        };
        if outcome != Outcome::Unchanged {
            repos.save_site(&site)?;
            let action = if before.is_some() { Action::Updated } else { Action::Created };
            repos.record(NewChange::of(cx, "site", [0; 16], action));
        }
        Ok(Report { outcome, notes })
    }
}
