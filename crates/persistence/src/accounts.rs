//! The [`Accounts`] port: accounts, and links for choosing a password.

use diesel::{
    ExpressionMethods, HasQuery, OptionalExtension, QueryDsl, RunQueryDsl, SelectableHelper, upsert::excluded,
};
use domain::{
    access::Role,
    account::{Account, AccountId, Email, PasswordHash},
    error::Result,
    page::{Direction, Position, Window},
    secret::Digest,
    store::Accounts,
    time::Time,
};

use crate::{
    conn::{AnyConnection, on_each},
    dialect::any_of,
    error::{taken, unexpected},
    rows::{self, Key, from_word, to_word},
    schema::{account, password_link},
    session::{Session, distinct},
};

/// A row of `account`.
#[derive(HasQuery)]
#[diesel(table_name = account)]
pub(crate) struct AccountRow {
    id: Key,
    email: String,
    name: String,
    role: String,
    disabled: bool,
    created_at: i64,
    password: Option<String>,
}

impl AccountRow {
    pub(crate) fn read(self) -> Result<Account> {
        Ok(Account {
            id: AccountId::from_bytes(self.id.0),
            email: Email::stored(self.email),
            name: self.name,
            role: from_word("account.role", &self.role)?,
            disabled: self.disabled,
            created_at: Time::from_micros(self.created_at),
            password: self.password.map(PasswordHash),
        })
    }
}

impl Accounts for Session<'_> {
    fn accounts(&mut self, ids: &[AccountId]) -> Result<Vec<Account>> {
        let rows: Vec<AccountRow> = on_each!(self.conn, |conn| AccountRow::query()
            .filter(any_of(account::id, distinct(ids.iter().map(|id| Key::from(*id)))))
            .load(conn))
        .map_err(unexpected("load accounts"))?;
        rows.into_iter().map(AccountRow::read).collect()
    }

    fn account_to_change(&mut self, id: AccountId) -> Result<Option<Account>> {
        let one = account::table.filter(account::id.eq(Key::from(id)));
        let row: Option<AccountRow> = match self.conn {
            AnyConnection::Sqlite(conn) => one.select(AccountRow::as_select()).first(conn),
            AnyConnection::Postgres(conn) => one.select(AccountRow::as_select()).for_update().first(conn),
        }
        .optional()
        .map_err(unexpected("load an account"))?;
        row.map(AccountRow::read).transpose()
    }

    fn account_by_email(&mut self, email: &Email) -> Result<Option<Account>> {
        let row: Option<AccountRow> = on_each!(self.conn, |conn| AccountRow::query()
            .filter(account::email.eq(email.as_str()))
            .first(conn))
        .optional()
        .map_err(unexpected("find an account by its email address"))?;
        row.map(AccountRow::read).transpose()
    }

    fn account_page(&mut self, window: &Window) -> Result<Vec<Account>> {
        let mut query = AccountRow::query().into_boxed();
        if let Some(Position { id, .. }) = &window.after {
            query = query.filter(account::id.gt(Key(*id)));
        }
        if let Some(Position { id, .. }) = &window.before {
            query = query.filter(account::id.lt(Key(*id)));
        }
        let query = match window.direction {
            Direction::Forward => query.order(account::id.asc()),
            Direction::Backward => query.order(account::id.desc()),
        };
        let rows: Vec<AccountRow> =
            query.limit(window.rows()).load(self.conn).map_err(unexpected("list accounts"))?;
        rows.into_iter().map(AccountRow::read).collect()
    }

    fn account_count(&mut self) -> Result<u64> {
        let count: i64 = on_each!(self.conn, |conn| account::table.count().get_result(conn))
            .map_err(unexpected("count accounts"))?;
        Ok(rows::count(count))
    }

    fn active_administrators(&mut self) -> Result<Vec<(AccountId, bool)>> {
        let admin = to_word(&Role::Admin)?;
        let ids = account::table
            .filter(account::role.eq(admin))
            .filter(account::disabled.eq(false))
            .order(account::id)
            .select((account::id, account::password.is_not_null()));
        let found: Vec<(Key, bool)> = match self.conn {
            AnyConnection::Sqlite(conn) => ids.load(conn),
            AnyConnection::Postgres(conn) => ids.for_update().load(conn),
        }
        .map_err(unexpected("count administrators"))?;
        Ok(found.into_iter().map(|(id, has_password)| (AccountId::from_bytes(id.0), has_password)).collect())
    }

    fn save_account(&mut self, saved: &Account) -> Result<()> {
        self.unit_of_work.wrote = true;
        on_each!(self.conn, |conn| diesel::insert_into(account::table)
            .values((
                account::id.eq(Key::from(saved.id)),
                account::email.eq(saved.email.as_str()),
                account::name.eq(&saved.name),
                account::role.eq(to_word(&saved.role)?),
                account::disabled.eq(saved.disabled),
                account::created_at.eq(saved.created_at.micros()),
                account::password.eq(saved.password.as_ref().map(|hash| hash.0.as_str())),
            ))
            .on_conflict(account::id)
            .do_update()
            .set((
                account::email.eq(excluded(account::email)),
                account::name.eq(excluded(account::name)),
                account::role.eq(excluded(account::role)),
                account::disabled.eq(excluded(account::disabled)),
                account::password.eq(excluded(account::password)),
            ))
            .execute(conn))
        .map_err(taken("save an account", "account.email_taken", "another account has this address"))?;
        Ok(())
    }

    fn save_password_link(&mut self, owner: AccountId, link: &Digest, expires_at: Time) -> Result<()> {
        on_each!(self.conn, |conn| diesel::insert_into(password_link::table)
            .values((
                password_link::account.eq(Key::from(owner)),
                password_link::digest.eq(link.0.as_slice()),
                password_link::expires_at.eq(expires_at.micros()),
            ))
            .on_conflict(password_link::account)
            .do_update()
            .set((
                password_link::digest.eq(excluded(password_link::digest)),
                password_link::expires_at.eq(excluded(password_link::expires_at)),
            ))
            .execute(conn))
        .map_err(unexpected("save a password link"))?;
        Ok(())
    }

    fn password_link(&mut self, link: &Digest) -> Result<Option<(AccountId, Time)>> {
        let row: Option<(Key, i64)> = on_each!(self.conn, |conn| password_link::table
            .filter(password_link::digest.eq(link.0.as_slice()))
            .select((password_link::account, password_link::expires_at))
            .first(conn))
        .optional()
        .map_err(unexpected("find a password link"))?;
        Ok(row.map(|(id, at)| (AccountId::from_bytes(id.0), Time::from_micros(at))))
    }

    fn spend_password_link(&mut self, link: &Digest) -> Result<Option<(AccountId, Time)>> {
        let row: Option<(Key, i64)> = on_each!(self.conn, |conn| diesel::delete(
            password_link::table.filter(password_link::digest.eq(link.0.as_slice()))
        )
        .returning((password_link::account, password_link::expires_at))
        .get_result(conn))
        .optional()
        .map_err(unexpected("spend a password link"))?;
        Ok(row.map(|(id, at)| (AccountId::from_bytes(id.0), Time::from_micros(at))))
    }

    fn remove_password_link_of(&mut self, owner: AccountId) -> Result<()> {
        on_each!(self.conn, |conn| diesel::delete(
            password_link::table.filter(password_link::account.eq(Key::from(owner)))
        )
        .execute(conn))
        .map_err(unexpected("remove a password link"))?;
        Ok(())
    }
}
