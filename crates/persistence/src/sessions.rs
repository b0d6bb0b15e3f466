//! The [`Sessions`] port: sessions, refresh tokens and signing keys.
//!
//! Nothing here is recorded in the change log; [`domain::session`] says why.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, HasQuery, JoinOnDsl, OptionalExtension, QueryDsl, Queryable,
    RunQueryDsl, Selectable, SelectableHelper, upsert::excluded,
};
use domain::{
    account::{Account, AccountId},
    error::Result,
    id::Id,
    secret::Digest,
    session::{self as domain_session, KeyPurpose, Renewal, SessionId, SigningKey},
    store::{Before, Sessions, Spent},
    time::Time,
};

use crate::{
    accounts::AccountRow,
    conn::on_each,
    dialect::any_of,
    error::{damaged, unexpected},
    rows::{Key, bytes},
    schema::{account, refresh_token, session, signing_key},
    session::Session,
};

/// A refresh token: its session, and when, with which salt and by which client it was used.
#[derive(HasQuery)]
#[diesel(table_name = refresh_token)]
struct TokenRow {
    session: Key,
    spent_at: Option<i64>,
    salt: Option<Vec<u8>>,
    client: Option<Vec<u8>>,
}

/// A row of `signing_key` without its purpose.
#[derive(HasQuery)]
#[diesel(table_name = signing_key)]
struct SigningKeyRow {
    id: Key,
    created_at: i64,
    seed: Vec<u8>,
}

/// A row of `session` joined with its account.
#[derive(Queryable, Selectable)]
#[diesel(table_name = session)]
struct SessionRow {
    id: Key,
    begun_at: i64,
    expires_at: i64,
    #[diesel(embed)]
    account: AccountRow,
}

impl SessionRow {
    fn read(self) -> Result<(domain_session::Session, Account)> {
        let account = self.account.read()?;
        let session = domain_session::Session {
            id: SessionId::from_bytes(self.id.0),
            account: account.id,
            begun_at: Time::from_micros(self.begun_at),
            expires_at: Time::from_micros(self.expires_at),
        };
        Ok((session, account))
    }
}

impl Sessions for Session<'_> {
    fn session(&mut self, id: SessionId) -> Result<Option<(domain_session::Session, Account)>> {
        let row: Option<SessionRow> = on_each!(self.conn, |conn| session::table
            .inner_join(account::table.on(account::id.eq(session::account)))
            .filter(session::id.eq(Key::from(id)))
            .select(SessionRow::as_select())
            .first(conn))
        .optional()
        .map_err(unexpected("load a session"))?;
        row.map(SessionRow::read).transpose()
    }

    fn session_signed_by(
        &mut self,
        id: SessionId,
        key: &SigningKey,
    ) -> Result<Option<(domain_session::Session, Account)>> {
        let row: Option<SessionRow> = on_each!(self.conn, |conn| session::table
            .inner_join(account::table.on(account::id.eq(session::account)))
            .inner_join(signing_key::table.on(signing_key::id.eq(Key::from(key.id))))
            .filter(session::id.eq(Key::from(id)))
            .filter(signing_key::seed.eq(key.seed.as_slice()))
            .filter(signing_key::purpose.eq(KeyPurpose::Access.as_str()))
            .select(SessionRow::as_select())
            .first(conn))
        .optional()
        .map_err(unexpected("load a session"))?;
        row.map(SessionRow::read).transpose()
    }

    fn save_session(&mut self, saved: &domain_session::Session) -> Result<()> {
        on_each!(self.conn, |conn| diesel::insert_into(session::table)
            .values((
                session::id.eq(Key::from(saved.id)),
                session::account.eq(Key::from(saved.account)),
                session::begun_at.eq(saved.begun_at.micros()),
                session::expires_at.eq(saved.expires_at.micros()),
            ))
            .on_conflict(session::id)
            .do_update()
            .set(session::expires_at.eq(excluded(session::expires_at)))
            .execute(conn))
        .map_err(unexpected("save a session"))?;
        Ok(())
    }

    fn end_session(&mut self, id: SessionId) -> Result<()> {
        self.remove_sessions(vec![Key::from(id)])
    }

    fn end_sessions_of(&mut self, owner: AccountId) -> Result<()> {
        let ids = on_each!(self.conn, |conn| session::table
            .filter(session::account.eq(Key::from(owner)))
            .select(session::id)
            .load(conn))
        .map_err(unexpected("find the sessions of an account"))?;
        self.remove_sessions(ids)
    }

    fn remove_expired_sessions(&mut self, owner: AccountId, now: Time) -> Result<()> {
        let ids = on_each!(self.conn, |conn| session::table
            .filter(session::account.eq(Key::from(owner)).and(session::expires_at.le(now.micros())))
            .select(session::id)
            .load(conn))
        .map_err(unexpected("find expired sessions"))?;
        self.remove_sessions(ids)
    }

    fn add_refresh_token(&mut self, owner: SessionId, token: &Digest) -> Result<()> {
        on_each!(self.conn, |conn| diesel::insert_into(refresh_token::table)
            .values((
                refresh_token::digest.eq(token.0.as_slice()),
                refresh_token::session.eq(Key::from(owner)),
                refresh_token::spent.eq(false),
            ))
            .execute(conn))
        .map_err(unexpected("save a token"))?;
        Ok(())
    }

    fn session_of_token(&mut self, token: &Digest) -> Result<Option<SessionId>> {
        let owner: Option<Key> = on_each!(self.conn, |conn| refresh_token::table
            .filter(refresh_token::digest.eq(token.0.as_slice()))
            .select(refresh_token::session)
            .first(conn))
        .optional()
        .map_err(unexpected("find the session of a token"))?;
        Ok(owner.map(|id| SessionId::from_bytes(id.0)))
    }

    fn spend_refresh_token(&mut self, token: &Digest, renewal: &Renewal) -> Result<Option<Spent>> {
        // If two requests use the token at once, the second one waits for the first transaction to end. Then
        // this condition no longer matches, and the second request changes no row.
        let changed = on_each!(self.conn, |conn| diesel::update(
            refresh_token::table
                .filter(refresh_token::digest.eq(token.0.as_slice()).and(refresh_token::spent.eq(false)))
        )
        .set((
            refresh_token::spent.eq(true),
            refresh_token::spent_at.eq(Some(renewal.at.micros())),
            refresh_token::salt.eq(Some(renewal.salt.as_slice())),
            refresh_token::client.eq(Some(renewal.client.0.as_slice())),
        ))
        .execute(conn))
        .map_err(unexpected("spend a token"))?;
        let row: Option<TokenRow> = on_each!(self.conn, |conn| TokenRow::query()
            .filter(refresh_token::digest.eq(token.0.as_slice()))
            .first(conn))
        .optional()
        .map_err(unexpected("load a spent token"))?;
        let Some(row) = row else { return Ok(None) };
        let earlier = match (row.spent_at, row.salt, row.client) {
            (None, None, None) => None,
            (Some(at), Some(salt), Some(client)) => Some(Renewal {
                at: Time::from_micros(at),
                salt: bytes("refresh_token.salt", salt)?,
                client: Digest(bytes("refresh_token.client", client)?),
            }),
            _ => {
                return Err(damaged("refresh_token.spent_at", "lacks the salt or the client of the renewal"));
            }
        };
        let before = (changed == 0).then(|| earlier.map_or(Before::LongAgo, Before::Used));
        Ok(Some(Spent { session: SessionId::from_bytes(row.session.0), before }))
    }

    fn forget_renewals(&mut self, owner: SessionId, before: Time) -> Result<()> {
        on_each!(self.conn, |conn| diesel::update(
            refresh_token::table
                .filter(refresh_token::session.eq(Key::from(owner)))
                .filter(refresh_token::spent_at.lt(before.micros()))
        )
        .set((
            refresh_token::spent_at.eq(None::<i64>),
            refresh_token::salt.eq(None::<Vec<u8>>),
            refresh_token::client.eq(None::<Vec<u8>>),
        ))
        .execute(conn))
        .map_err(unexpected("clear how tokens were used"))?;
        Ok(())
    }

    fn signing_keys(&mut self, purpose: KeyPurpose) -> Result<Vec<SigningKey>> {
        let rows: Vec<SigningKeyRow> = on_each!(self.conn, |conn| SigningKeyRow::query()
            .filter(signing_key::purpose.eq(purpose.as_str()))
            .order((signing_key::created_at.desc(), signing_key::id.desc()))
            .load(conn))
        .map_err(unexpected("load signing keys"))?;
        rows.into_iter()
            .map(|row| {
                let seed = bytes("signing_key.seed", row.seed)?;
                Ok(SigningKey {
                    id: Id::from_bytes(row.id.0),
                    created_at: Time::from_micros(row.created_at),
                    seed,
                })
            })
            .collect()
    }

    fn save_signing_key(&mut self, purpose: KeyPurpose, key: &SigningKey) -> Result<()> {
        on_each!(self.conn, |conn| diesel::insert_into(signing_key::table)
            .values((
                signing_key::id.eq(Key::from(key.id)),
                signing_key::created_at.eq(key.created_at.micros()),
                signing_key::seed.eq(key.seed.as_slice()),
                signing_key::purpose.eq(purpose.as_str()),
            ))
            .execute(conn))
        .map_err(unexpected("save a signing key"))?;
        Ok(())
    }

    fn remove_signing_key(&mut self, id: Id<SigningKey>) -> Result<()> {
        on_each!(self.conn, |conn| diesel::delete(
            signing_key::table.filter(signing_key::id.eq(Key::from(id)))
        )
        .execute(conn))
        .map_err(unexpected("remove a signing key"))?;
        Ok(())
    }
}

impl Session<'_> {
    fn remove_sessions(&mut self, ids: Vec<Key>) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        on_each!(self.conn, |conn| diesel::delete(
            refresh_token::table.filter(any_of(refresh_token::session, ids.clone()))
        )
        .execute(conn))
        .and_then(|_| {
            on_each!(self.conn, |conn| diesel::delete(session::table.filter(any_of(session::id, ids)))
                .execute(conn))
        })
        .map_err(unexpected("end sessions"))?;
        Ok(())
    }
}
