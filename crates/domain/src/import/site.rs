//! Import of the site settings.

use serde_json::{Map, Value};

use super::{
    Importer, Outcome, Report,
    fields::storable,
    references::target,
    report::{reasons, skipped},
    thing::{own_fields, read},
};
use crate::{
    context::Context,
    error::Result,
    media::Media,
    revision,
    site::{self, Site},
    store::Repos,
    text,
};

impl Importer {
    pub(super) fn import_site(
        &mut self,
        cx: &Context<'_>,
        repos: &mut dyn Repos,
        given: &Map<String, Value>,
    ) -> Result<Report> {
        let mut fields = match own_fields(given) {
            Ok(fields) => fields,
            Err(reason) => return Ok(skipped(reason)),
        };
        // There is only one site, so its id at the source does not matter.
        fields.remove("id");
        if let Some(logo) = fields.get_mut("logo") {
            let Some(name) = storable(logo) else { return Ok(skipped("logo: must be an id")) };
            *logo = Value::String(target::<Media>(self, cx, repos, &name)?.to_string());
        }
        if let Some(Value::String(title)) = fields.get_mut("title") {
            *title = text::name(&text::one_line(title));
        }
        let (mut site, notes): (Site, _) = match read(&fields) {
            Ok(read) => read,
            Err(reason) => return Ok(skipped(reason)),
        };
        if let Err(error) = site.check() {
            return Ok(skipped(reasons(&error)));
        }
        let before = repos.site()?;
        let given = site.revision.min(revision::MAX);
        site.revision = before.as_ref().map_or(0, |before| before.revision);
        let outcome = match &before {
            Some(before) if *before == site => Outcome::Unchanged,
            Some(_) => Outcome::Updated,
            None => Outcome::Created,
        };
        if outcome != Outcome::Unchanged {
            site.revision = (site.revision + 1).max(given);
            repos.save_site(&site)?;
            repos.record(site::change(cx, &site));
        }
        Ok(Report { outcome, notes })
    }
}
