//! The migrations create the same tables and columns on both databases, as declared for Diesel.

use std::collections::BTreeMap;

use diesel::{QueryableByName, RunQueryDsl, sql_types::Text};

use super::TestDatabase;
use crate::conn::AnyConnection;

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
}

#[expect(clippy::disallowed_methods, reason = "tests look at databases from outside")]
fn columns(test: &TestDatabase) -> BTreeMap<String, Vec<String>> {
    let mut conn = test.address.connect().expect("connects");
    let sql = match conn {
        AnyConnection::Sqlite(_) => {
            "SELECT m.name AS table_name, c.name AS column_name FROM sqlite_master m \
             JOIN pragma_table_info(m.name) c WHERE m.type = 'table'"
        }
        AnyConnection::Postgres(_) => {
            "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = 'public'"
        }
    };
    let rows: Vec<Column> = diesel::sql_query(sql).load(&mut conn).expect("loads");
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows {
        tables.entry(row.table_name).or_default().push(row.column_name);
    }
    tables.values_mut().for_each(|columns| columns.sort());
    tables
}

/// Returns the tables and columns that `schema.rs` and `article_row.rs` declare.
fn declared() -> BTreeMap<String, Vec<String>> {
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for block in concat!(include_str!("../schema.rs"), include_str!("../article_row.rs"))
        .split("diesel::table! {")
        .skip(1)
    {
        let (head, rest) = block.split_once('{').expect("a table");
        let name = head.split('(').next().expect("a name").trim().to_owned();
        let body = rest.split('}').next().expect("columns");
        let mut columns: Vec<String> = body
            .split("->")
            .map(|part| {
                part.split([',', '\n', ' ']).rfind(|word| !word.is_empty()).unwrap_or_default().to_owned()
            })
            .collect();
        columns.pop();
        columns.sort();
        tables.insert(name, columns);
    }
    tables
}

#[test]
fn both_databases_have_the_declared_tables_and_columns() {
    let sqlite = columns(&TestDatabase::new(false));
    let postgres = columns(&TestDatabase::new(true));
    assert_eq!(sqlite, postgres);
    let mut expected = declared();
    expected.insert("schema_migration".to_owned(), vec!["name".to_owned(), "version".to_owned()]);
    assert_eq!(sqlite, expected);
}

#[test]
fn migrating_again_does_nothing() {
    for postgres in [false, true] {
        let test = TestDatabase::new(postgres);
        assert_eq!(crate::migrate(&test.address).expect("migrates"), Vec::<&str>::new());
        assert_eq!(crate::schema_state(&test.address).expect("looks"), crate::SchemaState::Current);
    }
}
