//! The command line: exit status, messages, options and migrations.

use std::process::Output;

use crate::support::{Kind, database::Database, site::binary};

fn run(arguments: &[&str]) -> Output {
    binary().args(arguments).output().expect("runs")
}

/// Asserts exit status 1 and one line of output with this text.
#[track_caller]
fn fails(output: &Output, says: &str) {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains(says) && said.trim_end().lines().count() == 1, "{said}");
}

#[test]
fn failures_are_one_clear_line_and_wrong_usage_is_2() {
    fails(&run(&["import", "jsonl", "/no/such/file.jsonl"]), "/no/such/file.jsonl");
    fails(&run(&["serve", "--database-url", "mysql://x"]), "a database is sqlite:<path> or postgres://");
    fails(&run(&["serve", "--listen", "nowhere", "--database-url", "sqlite:/tmp/x"]), "--listen");
    fails(
        &run(&["migrate", "--database-url", "postgres://postgres:secret@127.0.0.1:1/x"]),
        "the database does not answer",
    );
    let said = run(&["migrate", "--database-url", "postgres://postgres:secret@127.0.0.1:1/x"]).stderr;
    assert!(!String::from_utf8_lossy(&said).contains("secret"));
    for wrong in [&["nonsense"][..], &["serve", "--nonsense"], &["import", "csv", "x"], &[]] {
        assert_eq!(run(wrong).status.code(), Some(2), "{wrong:?}");
    }
    let help = run(&["--help"]);
    let text = String::from_utf8_lossy(&help.stdout).into_owned();
    for option in [
        "--database-url",
        "--data-dir",
        "--listen",
        "--public-url",
        "--cors-origins",
        "--trusted-proxies",
        "BROADSHEET_LISTEN",
    ] {
        assert!(text.contains(option), "{option}");
    }
}

#[test]
fn a_dry_run_creates_no_database_and_maintenance_needs_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("x.jsonl");
    std::fs::write(&file, "{\"id\": \"1\", \"headline\": \"H\"}\n").expect("written");
    let data = folder.path().join("data");
    let data_dir = ["--data-dir", data.to_str().expect("a path")];
    let dry =
        run(&[&["import", "jsonl", file.to_str().expect("a path"), "--dry-run"], &data_dir[..]].concat());
    assert!(dry.status.success(), "{}", String::from_utf8_lossy(&dry.stderr));
    assert!(String::from_utf8_lossy(&dry.stdout).contains("article"));
    assert!(!data.exists(), "nothing is written");
    for command in [&["reindex"][..], &["export", "-"], &["backup", "copy.db"]] {
        fails(&run(&[command, &data_dir[..]].concat()), "there is no database");
    }
}

#[test]
fn flags_override_the_environment_which_overrides_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    std::fs::write(
        path("broadsheet.toml"),
        format!("database-url = \"sqlite:{}\"\n", path("file.db").display()),
    )
    .expect("written");
    let migrate = |flag: Option<&str>, variable: Option<&str>| {
        let mut command = binary();
        command.arg("migrate").current_dir(folder.path());
        if let Some(name) = flag {
            command.args(["--database-url", &format!("sqlite:{}", path(name).display())]);
        }
        if let Some(name) = variable {
            command.env("BROADSHEET_DATABASE_URL", format!("sqlite:{}", path(name).display()));
        }
        assert!(command.status().expect("runs").success());
    };
    migrate(None, None);
    assert!(path("file.db").exists());
    migrate(None, Some("variable.db"));
    assert!(path("variable.db").exists());
    migrate(Some("flag.db"), Some("variable-2.db"));
    assert!(path("flag.db").exists() && !path("variable-2.db").exists());

    std::fs::write(path("broadsheet.toml"), "listne = \"x\"\n").expect("written");
    let output = binary().arg("migrate").current_dir(folder.path()).output().expect("runs");
    fails(&output, "listne");
}

#[test]
fn postgres_is_migrated_on_request_and_newer_schemas_are_refused() {
    use diesel::{Connection, PgConnection, RunQueryDsl};

    let database = Database::new(Kind::Postgres);
    let url = ["--database-url", database.url.as_str()];
    fails(&run(&[&["serve"], &url[..]].concat()), "run `broadsheet migrate`");
    assert!(run(&[&["migrate"], &url[..]].concat()).status.success());
    let again = run(&[&["migrate"], &url[..]].concat());
    assert!(String::from_utf8_lossy(&again.stdout).contains("up to date"));

    let mut conn = PgConnection::establish(&database.url).expect("connects");
    diesel::sql_query("INSERT INTO schema_migration (version, name) VALUES (9999, 'from the future')")
        .execute(&mut conn)
        .expect("inserted");
    drop(conn);
    for command in ["serve", "migrate", "sample"] {
        fails(&run(&[&[command], &url[..]].concat()), "newer version of broadsheet");
    }
}

#[cfg(unix)]
#[test]
fn files_with_secrets_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let data_dir = data.display().to_string();
    assert!(run(&["sample", "--data-dir", &data_dir]).status.success());
    let copy = data.join("copy.db");
    assert!(run(&["backup", &copy.display().to_string(), "--data-dir", &data_dir]).status.success());
    for path in [data.clone(), data.join("broadsheet.db"), copy] {
        let mode = std::fs::metadata(&path).expect("is there").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}: {mode:o}", path.display());
    }
}
