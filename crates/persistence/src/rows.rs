//! Conversions between domain types and column types.

use std::{collections::HashMap, io::Write as _};

use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    serialize::{self, Output, ToSql},
    sql_types::Binary,
    sqlite::Sqlite,
};
use domain::{
    error::{Error, Result},
    id::Id,
    term::{Role, TermId},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::error::damaged;

/// An id as it is stored: 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, FromSqlRow, AsExpression)]
#[diesel(sql_type = Binary)]
pub(crate) struct Key(pub(crate) [u8; 16]);

impl Key {
    /// Returns the id as 32 hexadecimal digits.
    pub(crate) fn hex(self) -> String {
        format!("{:032x}", u128::from_be_bytes(self.0))
    }
}

/// The key of the root term, which every listed article has.
pub(crate) const ROOT: Key = Key([0; 16]);

/// A map from keys to values.
pub(crate) type ByKey<V> = HashMap<Key, V, foldhash::fast::RandomState>;

impl<T> From<Id<T>> for Key {
    fn from(id: Id<T>) -> Self {
        Self(id.bytes())
    }
}

impl From<TermId> for Key {
    fn from(id: TermId) -> Self {
        Self(id.0)
    }
}

impl From<Key> for TermId {
    fn from(key: Key) -> Self {
        Self(key.0)
    }
}

impl<DB: Backend> FromSql<Binary, DB> for Key
where
    Vec<u8>: FromSql<Binary, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let bytes = Vec::<u8>::from_sql(bytes)?;
        Ok(Self(bytes.as_slice().try_into()?))
    }
}

impl ToSql<Binary, Sqlite> for Key {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_slice());
        Ok(serialize::IsNull::No)
    }
}

impl ToSql<Binary, diesel::pg::Pg> for Key {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, diesel::pg::Pg>) -> serialize::Result {
        out.write_all(&self.0)?;
        Ok(serialize::IsNull::No)
    }
}

impl ToSql<Binary, crate::conn::MultiBackend> for Key {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, crate::conn::MultiBackend>) -> serialize::Result {
        out.set_value((Binary, self));
        Ok(serialize::IsNull::No)
    }
}

/// Returns the number of a role in the columns `term.role` and `article_term.role`.
pub(crate) fn role_number(role: Role) -> i16 {
    match role {
        Role::Tag => 0,
        Role::Section => 1,
        Role::Author => 2,
    }
}

/// The role number of the root term.
pub(crate) const ROOT_ROLE: i16 = 3;

/// Converts a stored number of a role.
pub(crate) fn role_of(column: &'static str, number: i16) -> Result<Role> {
    let found = Role::ALL.into_iter().find(|role| role_number(*role) == number);
    found.ok_or_else(|| damaged(column, format_args!("{number} is no role")))
}

/// Reads a column that holds several ids.
pub(crate) fn unpack_ids<T>(column: &'static str, bytes: &[u8]) -> Result<Vec<Id<T>>> {
    match bytes.as_chunks() {
        (ids, []) => Ok(ids.iter().map(|id| Id::from_bytes(*id)).collect()),
        (_, rest) => Err(damaged(column, format_args!("{} bytes are left over", rest.len()))),
    }
}

/// Converts a stored revision or another number that is never negative.
pub(crate) fn unsigned(column: &'static str, number: i32) -> Result<u32> {
    u32::try_from(number).map_err(|error| damaged(column, error))
}

/// Converts stored bytes of a fixed length.
pub(crate) fn bytes<const N: usize>(column: &'static str, bytes: Vec<u8>) -> Result<[u8; N]> {
    bytes.try_into().map_err(|bytes: Vec<u8>| damaged(column, format_args!("has {} bytes", bytes.len())))
}

/// Converts a number of rows, or a count that is stored.
///
/// A stored count below zero is a fault of a count, which `broadsheet reindex` mends; until then, it is zero.
pub(crate) fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

/// Serializes a value as JSON.
pub(crate) fn to_json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::internal("write JSON", error))
}

/// Deserializes a stored JSON value. Errors name `column`: the table and the column.
pub(crate) fn from_json<T: DeserializeOwned>(column: &'static str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| damaged(column, error))
}

/// Returns the stored word of a value whose JSON form is a simple string.
pub(crate) fn to_word(value: &impl Serialize) -> Result<String> {
    Ok(to_json(value)?.trim_matches('"').to_owned())
}

/// Converts a stored word to its value. Errors name `column`: the table and the column.
pub(crate) fn from_word<T: DeserializeOwned>(column: &'static str, word: &str) -> Result<T> {
    T::deserialize(serde::de::value::StrDeserializer::<serde::de::value::Error>::new(word))
        .map_err(|error| damaged(column, error))
}
