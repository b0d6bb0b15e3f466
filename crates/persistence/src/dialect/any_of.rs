//! `column IN (…)` with the same SQL text for any number of values, so that the statement stays prepared.
//!
//! On SQLite, Diesel's `eq_any` writes one placeholder for each value. Each number of values is then a
//! different statement, and parsing it takes longer than reading the rows.

use diesel::{
    Connection, QueryResult,
    backend::Backend,
    expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate},
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    serialize::ToSql,
    sql_types::{Bool, HasSqlType, Text},
    sqlite::Sqlite,
};

use crate::{conn::AnyConnection, rows::Key};

type AnyBackend = <AnyConnection as Connection>::Backend;

/// The condition that `column` is one of several values.
#[derive(Debug, Clone)]
pub(crate) struct AnyOf<C> {
    column: C,
    values: Values,
    /// The values for SQLite: a JSON array.
    json: String,
    /// The values for PostgreSQL: an array literal.
    array: String,
}

#[derive(Debug, Clone, Copy)]
enum Values {
    /// Ids, as hexadecimal digits.
    Ids,
    Words,
}

/// Makes the condition that `column` is one of `ids`.
pub(crate) fn any_of<C: Expression>(column: C, ids: impl IntoIterator<Item = Key>) -> AnyOf<C> {
    let ids: Vec<String> = ids.into_iter().map(Key::hex).collect();
    let list = |before: &str| ids.iter().map(|id| format!("\"{before}{id}\"")).collect::<Vec<_>>().join(",");
    let (json, array) = (format!("[{}]", list("")), format!("{{{}}}", list("\\\\x")));
    AnyOf { column, values: Values::Ids, json, array }
}

/// Makes the condition that `column` is one of `words`.
pub(crate) fn any_word_of<C: Expression>(
    column: C,
    words: impl IntoIterator<Item = impl AsRef<str>>,
) -> AnyOf<C> {
    let words: Vec<_> = words.into_iter().collect();
    let list = |quote: fn(&str) -> String| {
        words.iter().map(|word| quote(word.as_ref())).collect::<Vec<_>>().join(",")
    };
    let json = list(|word| serde_json::Value::from(word).to_string());
    let array = list(|word| format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\"")));
    AnyOf { column, values: Values::Words, json: format!("[{json}]"), array: format!("{{{array}}}") }
}

impl<C> AnyOf<C> {
    fn write<'b, DB>(&'b self, sqlite: bool, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: Backend + HasSqlType<Text>,
        C: QueryFragment<DB>,
        String: ToSql<Text, DB>,
    {
        self.column.walk_ast(out.reborrow())?;
        let (before, values, after) = match (sqlite, self.values) {
            (true, Values::Ids) => (" IN (SELECT unhex(value) FROM json_each(", &self.json, "))"),
            (true, Values::Words) => (" IN (SELECT value FROM json_each(", &self.json, "))"),
            // The subquery parses the array once. Without it, PostgreSQL would parse the array for each row.
            (false, Values::Ids) => (" = ANY (CAST((SELECT CAST(", &self.array, " AS bytea[])) AS bytea[]))"),
            (false, Values::Words) => (" = ANY (CAST((SELECT CAST(", &self.array, " AS text[])) AS text[]))"),
        };
        out.push_sql(before);
        out.push_bind_param::<Text, _>(values)?;
        out.push_sql(after);
        Ok(())
    }
}

impl<C: QueryFragment<AnyBackend>> QueryFragment<AnyBackend> for AnyOf<C> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, AnyBackend>) -> QueryResult<()> {
        self.write(matches!(out.backend(), AnyBackend::Sqlite(_)), out)
    }
}

// Needed in queries and subqueries that are compiled for one database.
impl<C: QueryFragment<Sqlite>> QueryFragment<Sqlite> for AnyOf<C> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.write(true, out)
    }
}

impl<C: QueryFragment<Pg>> QueryFragment<Pg> for AnyOf<C> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.write(false, out)
    }
}

impl<C: QueryId> QueryId for AnyOf<C> {
    type QueryId = AnyOf<C::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = C::HAS_STATIC_QUERY_ID;
}

impl<C: Expression> Expression for AnyOf<C> {
    type SqlType = Bool;
}

impl<C, S> AppearsOnTable<S> for AnyOf<C> where C: AppearsOnTable<S> {}

impl<C, S> SelectableExpression<S> for AnyOf<C> where C: SelectableExpression<S> {}

impl<C> ValidGrouping<()> for AnyOf<C> {
    type IsAggregate = is_aggregate::No;
}
