//! The maintenance commands: `check`, `backup` and `reindex`.

use diesel::{Connection, PgConnection, RunQueryDsl, SqliteConnection};
use serde_json::json;

use crate::support::{
    Kind, Site,
    database::Database,
    newsroom::{lines, stories},
    on_each_database,
    site::binary,
};

/// Runs SQL on a site's database without the server.
fn meddle(site: &Site, sql: &str) {
    let url = &site.database.url;
    match url.strip_prefix("sqlite:") {
        Some(path) => {
            let mut conn = SqliteConnection::establish(path).expect("connects");
            diesel::sql_query("PRAGMA busy_timeout = 5000").execute(&mut conn).expect("runs");
            diesel::sql_query(sql).execute(&mut conn).expect("runs");
        }
        None => {
            let mut conn = PgConnection::establish(url).expect("connects");
            diesel::sql_query(sql).execute(&mut conn).expect("runs");
        }
    }
}

fn newsroom() -> Vec<serde_json::Value> {
    let mut lines = lines(&stories(150));
    for n in 0..5 {
        let parent = (n > 0).then(|| format!("c{}", n - 1));
        lines.push(json!({ "type": "comment", "id": format!("c{n}"), "article": "story-1", "parent": parent, "authorName": "A",
                           "body": "Words", "createdAt": format!("2025-05-01T00:0{n}:00Z") }));
    }
    lines
}

on_each_database! {
    fn reindex_restores_derived_data(kind) {
        let site = Site::with(kind, &newsroom());
        let addresses = ["/v1/articles/story-1?include=blocks,text,comments", "/v1/tags?limit=100", "/v1/articles?limit=100&count=exact"];
        let before: Vec<Vec<u8>> = addresses.iter().map(|address| site.get(address).bytes).collect();
        let clean = site.command(&["reindex"]);
        assert!(String::from_utf8_lossy(&clean.stdout).contains("; 0 were rebuilt"), "{clean:?}");

        meddle(&site, "UPDATE article_body SET html = 'x', text = 'x', blocks = '[]', version = 0");
        meddle(&site, "UPDATE term SET article_count = article_count + 7");
        meddle(&site, "UPDATE comment_tally SET approved = 99");
        meddle(&site, "UPDATE comment SET html = 'x', thread = id_text FROM (SELECT 'zz' AS id_text) AS meddled WHERE parent IS NOT NULL");
        assert!(addresses.iter().zip(&before).all(|(address, before)| site.get(address).bytes != *before));
        let found = site.command(&["check"]);
        let said = String::from_utf8_lossy(&found.stdout).into_owned();
        assert!(said.contains("another version") && said.contains("broadsheet reindex"), "{said}");
        assert_eq!(found.status.code(), Some(1));

        let mended = site.command(&["reindex"]);
        assert!(mended.status.success(), "{}", String::from_utf8_lossy(&mended.stderr));
        for (address, before) in addresses.iter().zip(&before) {
            assert!(site.get(address).bytes == *before, "{address}");
        }
        assert!(site.command(&["check"]).status.success());

        site.import("test", &[json!({ "type": "comment", "id": "lost", "article": "nowhere", "authorName": "A", "body": "B", "createdAt": "2025-01-01T00:00:00Z" })]);
        let lost = site.command(&["check"]);
        assert!(String::from_utf8_lossy(&lost.stdout).contains("1 comments are on articles that are not here"), "{lost:?}");
    }
}

#[test]
fn a_backup_is_made_while_the_site_is_served_and_written() {
    let site = Site::with(Kind::Sqlite, &lines(&stories(40)));
    let folder = tempfile::tempdir().expect("a folder");
    let copy = folder.path().join("copy.db");
    let copy_name = copy.to_str().expect("a path");
    let output = std::thread::scope(|scope| {
        let writing = scope.spawn(|| {
            for n in 0..5 {
                site.import("more", &[json!({ "id": format!("m{n}"), "headline": "More", "publishedAt": "2025-01-01T00:00:00Z" })]);
            }
        });
        let output = site.command(&["backup", copy_name]);
        writing.join().expect("writes");
        output
    });
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let hint = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(hint.contains("-wal") && hint.contains("-shm"), "{hint}");
    let mut restored = Database::new(Kind::Sqlite);
    restored.url = format!("sqlite:{copy_name}");
    let restored = Site::serve(restored);
    assert_eq!(restored.get("/v1/articles/story-3").bytes, site.get("/v1/articles/story-3").bytes);
    assert!(restored.command(&["check"]).status.success());

    let again = site.command(&["backup", copy_name]);
    assert_eq!(again.status.code(), Some(1), "an older backup is not written over");
    assert!(String::from_utf8_lossy(&again.stderr).contains("exists already"));
    let nowhere = site.command(&["backup", "/no/such/folder/copy.db"]);
    assert_eq!(nowhere.status.code(), Some(1));
}

#[test]
fn backup_of_postgresql_fails_and_names_the_pg_dump_command() {
    let output = binary()
        .args(["backup", "x.dump", "--database-url", "postgres://me:secret@127.0.0.1/news"])
        .output()
        .expect("runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("pg_dump --format=custom --file=x.dump 'postgres://me@127.0.0.1/news'"), "{said}");
    assert!(!said.contains("secret"));
    assert_eq!(output.status.code(), Some(1), "no backup was made");
}

#[test]
fn check_names_problems_and_how_to_fix_them() {
    let check = |arguments: &[&str]| {
        let output = binary().arg("check").args(arguments).output().expect("runs");
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (status, said) = check(&["--data-dir", "/no/such/folder"]);
    assert_eq!(status, Some(1));
    assert!(said.contains("there is no database at") && said.contains("mend:"), "{said}");
    let (_, said) =
        check(&["--database-url", "postgres://postgres@127.0.0.1:1/x", "--cors-origins", "example.com"]);
    assert!(
        said.contains("the database does not answer") && said.contains("--cors-origins: example.com"),
        "{said}"
    );
    let (_, said) = check(&["--data-dir", "/no/such/folder", "--listen", "203.0.113.7:80"]);
    assert!(said.contains("--listen: cannot listen at 203.0.113.7:80"), "{said}");
}
