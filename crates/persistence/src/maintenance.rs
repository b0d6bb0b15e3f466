//! Checks and backups of a database, for operators.

#![expect(clippy::disallowed_methods, reason = "the query builder has neither pragmas nor VACUUM INTO")]

use std::path::Path;

use diesel::{
    ExpressionMethods, QueryDsl, QueryableByName, RunQueryDsl,
    connection::SimpleConnection,
    dsl::{exists, not},
    sql_types::Text,
};
use domain::{
    body,
    error::{Error, Kind, Result},
};

use crate::{
    conn::{Address, AnyConnection},
    error::{damaged, unavailable, unexpected},
    file_permissions,
    migrate::{SchemaState, schema_state},
    schema::{article_body, comment, story},
};

/// A problem of a database, and how to fix it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The problem.
    pub wrong: String,
    /// How to fix it.
    pub mend: String,
}

fn finding(wrong: impl Into<String>, mend: impl Into<String>) -> Finding {
    Finding { wrong: wrong.into(), mend: mend.into() }
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Checks a database without changing it. Returns the problems found.
pub fn findings(address: &Address) -> Result<Vec<Finding>> {
    let mut conn = match address {
        // Connecting would create the file.
        Address::Sqlite(path) if !path.exists() => {
            return Ok(vec![finding(
                format!("there is no database at {}", path.display()),
                "run `broadsheet serve` to create one, or name another one with --database-url",
            )]);
        }
        address => address.connect().map_err(unavailable)?,
    };
    let mut found = Vec::new();
    match schema_state(address)? {
        SchemaState::Current => {}
        SchemaState::Newer => {
            return Ok(vec![finding(
                "a newer version of broadsheet has migrated the schema",
                "run that version",
            )]);
        }
        SchemaState::Empty | SchemaState::Behind => {
            return Ok(vec![finding("the schema is not up to date", "run `broadsheet migrate`")]);
        }
    }
    match &mut conn {
        AnyConnection::Sqlite(conn) => {
            let lines: Vec<Line> =
                diesel::sql_query("SELECT quick_check AS line FROM pragma_quick_check LIMIT 10")
                    .load(conn)
                    .map_err(unexpected("check the file"))?;
            found.extend(lines.into_iter().filter(|line| line.line != "ok").map(|line| {
                finding(format!("the file is damaged: {}", line.line), "restore it from a backup")
            }));
        }
        AnyConnection::Postgres(conn) => {
            let version: Vec<Line> =
                diesel::sql_query("SELECT current_setting('server_version_num') AS line")
                    .load(conn)
                    .map_err(unexpected("read the version of the server"))?;
            let number: Option<u32> = version.first().and_then(|line| line.line.parse().ok());
            let number = number.ok_or_else(|| damaged("server_version_num", "is no number"))?;
            if number < 120_000 {
                found.push(finding(
                    format!("PostgreSQL {} is too old; the oldest tested version is 12", number / 10_000),
                    "upgrade PostgreSQL to version 12 or later",
                ));
            }
            let encoding: Vec<Line> = diesel::sql_query("SELECT current_setting('server_encoding') AS line")
                .load(conn)
                .map_err(unexpected("read the encoding of the database"))?;
            if encoding.first().is_none_or(|line| line.line != "UTF8") {
                found.push(finding("the database does not use UTF-8", "create one with ENCODING 'UTF8'"));
            }
        }
    }
    let version = body::VERSION.cast_signed();
    let behind: i64 = article_body::table
        .filter(article_body::version.ne(version))
        .count()
        .get_result(&mut conn)
        .map_err(unexpected("check article bodies"))?;
    if behind > 0 {
        found.push(finding(
            format!("{behind} article bodies were derived by another version of broadsheet"),
            "run `broadsheet reindex`",
        ));
    }
    let orphans: i64 = comment::table
        .filter(not(exists(story::table.filter(story::id.eq(comment::article)))))
        .count()
        .get_result(&mut conn)
        .map_err(unexpected("check comments"))?;
    if orphans > 0 {
        found.push(finding(
            format!("{orphans} comments are on articles that are not here"),
            "import the articles from the same source, under the same --source",
        ));
    }
    Ok(found)
}

/// Copies a SQLite database to a new file, while others read and write.
///
/// The copy has one consistent state. If the copy fails, there is no file. Returns `backup.failed` if `file`
/// exists, if there is no database at `path`, or if writing fails.
pub fn backup(path: &Path, file: &Path) -> Result<()> {
    let failed = |detail: String| Error::new(Kind::Conflict, "backup.failed", detail);
    if file.exists() {
        return Err(failed(format!("{} exists already; name a new file", file.display())));
    }
    if !path.exists() {
        return Err(failed(format!("there is no database at {}", path.display())));
    }
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    let part = Path::new(&part);
    let _ = std::fs::remove_file(part);
    let AnyConnection::Sqlite(mut conn) = Address::Sqlite(path.to_owned()).connect().map_err(unavailable)?
    else {
        return Err(failed("only a SQLite database can be copied".to_owned()));
    };
    file_permissions::file(part)
        .map_err(|error| failed(format!("{} cannot be written: {error}", file.display())))?;
    let quoted = part.to_string_lossy().replace('\'', "''");
    let copied = conn.batch_execute(&format!("VACUUM INTO '{quoted}'"));
    let kept = copied.map_err(|error| error.to_string()).and_then(|()| {
        // The copy gets its final name only when it is on disk.
        std::fs::File::open(part)
            .and_then(|copy| copy.sync_all())
            .and_then(|()| std::fs::rename(part, file))
            .map_err(|error| error.to_string())
    });
    kept.map_err(|reason| {
        let _ = std::fs::remove_file(part);
        failed(format!("{} cannot be written: {reason}", file.display()))
    })
}
