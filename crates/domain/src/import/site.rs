//! Importing what the newsroom says of itself.

use serde_json::{Map, Value};

use super::{Importer, Outcome, Report, has_nul, reasons, skipped, storable, target, term::unknown};
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
        if let Some(name) = given.iter().find(|(_, value)| has_nul(value)).map(|(name, _)| name) {
            return Ok(skipped(format!("{name}: must not contain the character U+0000")));
        }
        let mut fields: Map<String, Value> = given
            .iter()
            .filter(|(name, value)| !["type", "id", "origins"].contains(&name.as_str()) && !value.is_null())
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        if let Some(logo) = fields.get_mut("logo") {
            let Some(name) = storable(logo) else { return Ok(skipped("logo: must be a name")) };
            *logo = Value::String(target::<Media>(self, cx, repos, &name)?.to_string());
        }
        let site: Site = match serde_path_to_error::deserialize(Value::Object(fields.clone())) {
            Ok(site) => site,
            Err(error) => {
                let reason: String = error.inner().to_string().chars().take(200).collect();
                return Ok(skipped(format!("{}: {reason}", error.path())));
            }
        };
        if let Err(error) = site.check() {
            return Ok(skipped(reasons(&error)));
        }
        let form = serde_json::to_value(&site).unwrap_or_default();
        let recognised: Vec<&str> =
            form.as_object().map(|form| form.keys().map(String::as_str).collect()).unwrap_or_default();
        let notes = unknown(&fields, &recognised);
        let before = repos.site()?;
        let outcome = match &before {
            Some(before) if *before == site => Outcome::Unchanged,
            Some(_) => Outcome::Updated,
            None => Outcome::Created,
        };
        if outcome != Outcome::Unchanged {
            repos.save_site(&site)?;
            let action = if before.is_some() { Action::Updated } else { Action::Created };
            repos.record(NewChange { at: cx.now, entity: "site", id: [0; 16], action, revision: None });
        }
        Ok(Report { outcome, notes })
    }
}
