//! The [`ApiKeys`] port: API keys, which are stored as digests.

use diesel::{
    ExpressionMethods, HasQuery, JoinOnDsl, OptionalExtension, QueryDsl, RunQueryDsl, SelectableHelper,
};
use domain::{
    access::Scopes,
    account::{Account, AccountId},
    api_key::{ApiKey, ApiKeyId},
    error::Result,
    secret::Digest,
    store::ApiKeys,
    time::Time,
};

use crate::{
    accounts::AccountRow,
    conn::on_each,
    error::{damaged, unexpected},
    rows::Key,
    schema::{account, api_key},
    session::Session,
};

/// A row of `api_key` without its digest.
#[derive(HasQuery)]
#[diesel(table_name = api_key)]
struct ApiKeyRow {
    id: Key,
    owner: Key,
    name: String,
    scopes: String,
    created_at: i64,
    expires_at: i64,
    last_used_at: Option<i64>,
}

impl ApiKeyRow {
    fn read(self) -> Result<ApiKey> {
        let names: Vec<&str> = self.scopes.split_whitespace().collect();
        let scopes = Scopes::read(&names)
            .ok_or_else(|| damaged("api_key.scopes", format_args!("{} has unknown scopes", self.scopes)))?;
        Ok(ApiKey {
            id: ApiKeyId::from_bytes(self.id.0),
            owner: AccountId::from_bytes(self.owner.0),
            name: self.name,
            scopes,
            created_at: Time::from_micros(self.created_at),
            expires_at: Time::from_micros(self.expires_at),
            last_used_at: self.last_used_at.map(Time::from_micros),
        })
    }
}

impl ApiKeys for Session<'_> {
    fn api_key(&mut self, key: &Digest) -> Result<Option<(ApiKey, Account)>> {
        let row: Option<(ApiKeyRow, AccountRow)> = on_each!(self.conn, |conn| api_key::table
            .inner_join(account::table.on(account::id.eq(api_key::owner)))
            .filter(api_key::digest.eq(key.0.as_slice()))
            .select((ApiKeyRow::as_select(), AccountRow::as_select()))
            .first(conn))
        .optional()
        .map_err(unexpected("find an API key"))?;
        row.map(|(key, owner)| Ok((key.read()?, owner.read()?))).transpose()
    }

    fn api_keys_of(&mut self, owner: AccountId) -> Result<Vec<ApiKey>> {
        let rows: Vec<ApiKeyRow> = on_each!(self.conn, |conn| ApiKeyRow::query()
            .filter(api_key::owner.eq(Key::from(owner)))
            .order((api_key::created_at.desc(), api_key::id.desc()))
            .load(conn))
        .map_err(unexpected("list API keys"))?;
        rows.into_iter().map(ApiKeyRow::read).collect()
    }

    fn save_api_key(&mut self, key: &ApiKey, digest: &Digest) -> Result<()> {
        self.unit_of_work.wrote = true;
        on_each!(self.conn, |conn| diesel::insert_into(api_key::table)
            .values((
                api_key::id.eq(Key::from(key.id)),
                api_key::owner.eq(Key::from(key.owner)),
                api_key::digest.eq(digest.0.as_slice()),
                api_key::name.eq(&key.name),
                api_key::scopes.eq(key.scopes.names().join(" ")),
                api_key::created_at.eq(key.created_at.micros()),
                api_key::expires_at.eq(key.expires_at.micros()),
                api_key::last_used_at.eq(key.last_used_at.map(Time::micros)),
            ))
            .execute(conn))
        .map_err(unexpected("save an API key"))?;
        Ok(())
    }

    fn remove_api_key(&mut self, owner: AccountId, id: ApiKeyId) -> Result<bool> {
        self.unit_of_work.wrote = true;
        let removed = on_each!(self.conn, |conn| diesel::delete(
            api_key::table.filter(api_key::owner.eq(Key::from(owner))).filter(api_key::id.eq(Key::from(id)))
        )
        .execute(conn))
        .map_err(unexpected("remove an API key"))?;
        Ok(removed > 0)
    }

    fn note_use(&mut self, id: ApiKeyId, at: Time) -> Result<()> {
        on_each!(self.conn, |conn| diesel::update(api_key::table.filter(api_key::id.eq(Key::from(id))))
            .set(api_key::last_used_at.eq(at.micros()))
            .execute(conn))
        .map_err(unexpected("record the use of an API key"))?;
        Ok(())
    }
}
