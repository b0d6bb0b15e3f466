//! Operation behind a path prefix, the request log, misspelt options, and a full disk.

use std::{
    fs::File,
    io::{BufRead as _, BufReader},
    process::{Child, Stdio},
};

use diesel::{Connection as _, PgConnection, SqliteConnection, connection::SimpleConnection as _};
use serde_json::{Value, json};

use crate::support::{Kind, Site, binary, database::Database, on_each_database};

/// Returns the links of a page that lead to this server.
fn links(html: &str) -> Vec<String> {
    ["href=\"", "src=\"", "spec-url=\"", "data-api=\"", "data-base=\"", "data-server=\""]
        .iter()
        .flat_map(|start| html.split(start).skip(1))
        .filter_map(|rest| rest.split('"').next())
        .filter(|link| link.starts_with('/'))
        .map(str::to_owned)
        .collect()
}

/// Asserts that all links of pages and problem documents, read with `get`, are below the prefix and work.
fn everything_is_below(prefix: &str, origin: &str, get: &dyn Fn(&str) -> crate::support::Answer) {
    for page in ["/", "/docs", "/graphiql", "/password", "/problems/request.invalid", "/reader/"] {
        let html = String::from_utf8(get(page).bytes).expect("UTF-8");
        let links = links(&html);
        assert!(links.len() > 1, "{page}");
        for link in links {
            assert!(link.starts_with(&format!("{prefix}/")), "{page} leads to {link}");
            let status = get(link.strip_prefix(prefix).expect("below")).status;
            // These two accept only POST.
            let posted = link.ends_with("/graphql") || link.ends_with("/v1/auth/password");
            assert!(status == 200 || posted, "{page} leads to {link}: {status}");
        }
    }
    assert!(
        String::from_utf8_lossy(&get("/").bytes).contains(&format!("curl '{origin}{prefix}/v1/articles"))
    );
    let problem = get("/v1/articles?limit=0").json();
    assert_eq!(problem["type"], format!("{prefix}/problems/request.invalid"));
    assert_eq!(problem["instance"], format!("{prefix}/v1/articles"));
}

on_each_database! {
    fn everything_works_below_the_path_of_the_public_url(kind) {
        let site = Site::empty_with(kind, &["--public-url", "https://news.example.com/cms/"]);
        let admin = site.sign_in_as("admin@example.com", "admin");
        // A proxy may remove the prefix or pass it on.
        for passed_on in ["", "/cms"] {
            everything_is_below("/cms", "https://news.example.com", &|path| site.get(&format!("{passed_on}{path}")));
            let made = admin.send("POST", &format!("{passed_on}/v1/tags"), &json!({ "name": format!("Tag {passed_on}") }));
            let location = made.header("location").expect("a place").to_owned();
            assert!(location.starts_with("/cms/v1/tags/"), "{location}");
            assert_eq!(site.get(&location).status, 200);
            let servers = &site.get(&format!("{passed_on}/openapi.json")).ok()["servers"];
            assert_eq!(servers[0]["url"], "https://news.example.com/cms/");
        }
        let first = site.get("/v1/tags?limit=1");
        let next = first.header("link").expect("another page");
        assert!(next.starts_with("<https://news.example.com/cms/v1/tags?limit=1&after="), "{next}");
        assert_eq!(site.get("/cmsx/v1/tags").status, 404);
        assert_eq!(site.get("/cms").status, 200);

        let user = admin.get("/v1/me").ok()["id"].as_str().expect("an id").to_owned();
        let link = admin.send("POST", &format!("/v1/users/{user}/password-link"), &json!({})).ok();
        let secret = link["link"].as_str().expect("a secret");
        assert_eq!(link["url"], format!("https://news.example.com/cms/password#{secret}"));
        let mutation = "mutation($id: ID!) { createPasswordLink(input: { id: $id }) { link url } }";
        let asked = admin.graphql(mutation, json!({ "id": user }))["data"]["createPasswordLink"].clone();
        let secret = asked["link"].as_str().expect("a secret");
        assert_eq!(asked["url"], format!("https://news.example.com/cms/password#{secret}"));
    }
}

#[test]
fn a_trusted_proxy_names_the_prefix_and_nobody_else_does() {
    let forwarded = [
        ("x-forwarded-prefix", "/news/cms"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "news.example.com"),
    ];
    let site = Site::empty_with(Kind::Sqlite, &["--trusted-proxies", "127.0.0.1"]);
    everything_is_below("/news/cms", "https://news.example.com", &|path| site.get_with(path, &forwarded));
    assert_eq!(site.get_with("/openapi.json", &forwarded).ok()["servers"][0]["url"], "/news/cms/");
    for bad in ["//evil.example", "/a\"><script>", "news", "/a b", "/a//b"] {
        let html = site.get_with("/", &[("x-forwarded-prefix", bad)]).bytes;
        assert!(String::from_utf8_lossy(&html).contains("href=\"/docs\""), "{bad}");
    }
    let site = Site::empty(Kind::Sqlite);
    let html = String::from_utf8(site.get_with("/", &forwarded).bytes).expect("UTF-8");
    assert!(
        html.contains("href=\"/docs\"") && !html.contains("news.example.com"),
        "a stranger is not believed"
    );
}

#[test]
fn a_public_url_whose_path_would_break_pages_is_refused() {
    for url in ["https://h/a\"b", "https://h/a b", "https://h//a", "ftp://h"] {
        let refused = binary().args(["check", "--public-url", url]).output().expect("runs");
        assert_eq!(refused.status.code(), Some(1), "{url}");
        assert!(String::from_utf8_lossy(&refused.stderr).contains("--public-url: "), "{url}");
    }
}

#[test]
fn misspelt_variables_are_named() {
    let output =
        binary().arg("sdl").env("BROADSHEET_LISTN", "x").env("BROADSHEET_LISTEN", "127.0.0.1:1").output();
    let said = String::from_utf8(output.expect("runs").stderr).expect("UTF-8");
    assert!(said.contains("BROADSHEET_LISTN is not known"), "{said}");
    assert!(!said.contains("BROADSHEET_LISTEN "), "{said}");
}

/// A server that writes its log to a file.
struct Logged {
    base: String,
    process: Child,
    log: std::path::PathBuf,
    _database: Database,
    _folder: tempfile::TempDir,
}

impl Logged {
    fn start(arguments: &[&str]) -> Self {
        let (database, folder) = (Database::new(Kind::Sqlite), tempfile::tempdir().expect("a folder"));
        let log = folder.path().join("log");
        let mut process = binary()
            .args(["serve", "--listen", "127.0.0.1:0", "--database-url", &database.url])
            .args(arguments)
            .env_remove("RUST_LOG")
            .stdout(Stdio::piped())
            .stderr(File::create(&log).expect("a file"))
            .spawn()
            .expect("starts");
        let mut first = String::new();
        BufReader::new(process.stdout.as_mut().expect("an output")).read_line(&mut first).expect("a line");
        let base = first.trim().rsplit(' ').next().unwrap_or_default().to_owned();
        Self { base, process, log, _database: database, _folder: folder }
    }

    fn get(&self, path: &str, id: &str) -> u16 {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let request =
            ureq::http::Request::builder().uri(format!("{}{path}", self.base)).header("x-request-id", id);
        agent.run(request.body(()).expect("a request")).expect("an answer").status().as_u16()
    }

    fn lines(&self) -> Vec<String> {
        std::fs::read_to_string(&self.log).expect("a log").lines().map(str::to_owned).collect()
    }
}

impl Drop for Logged {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn each_request_is_one_line_of_the_log_with_its_id() {
    let asked = [
        ("/v1/articles?tag=secret-query", 200),
        ("/v1/articles?limit=0", 400),
        ("/nowhere", 404),
        ("/v1/me", 401),
    ];
    let long = format!("/v1/articles?tag={}", "a".repeat(9_000));
    for format in ["text", "json"] {
        let server = Logged::start(&["--log-format", format]);
        for (n, (path, status)) in asked.iter().chain([&(long.as_str(), 414)]).enumerate() {
            let id = format!("request-{format}-{n}");
            assert_eq!(server.get(path, &id), *status);
            let lines: Vec<String> = server.lines().into_iter().filter(|line| line.contains(&id)).collect();
            assert_eq!(lines.len(), 1, "{lines:?}");
            assert!(!lines[0].contains("secret-query"), "a query may hold a secret: {lines:?}");
            let path = path.split('?').next().expect("a path");
            if format == "json" {
                let line: Value = serde_json::from_str(&lines[0]).expect("JSON");
                assert_eq!(
                    (&line["request_id"], &line["status"], &line["method"], &line["path"]),
                    (&json!(id), &json!(status), &json!("GET"), &json!(path)),
                    "{line}"
                );
                assert!(line["ms"].is_u64() && line["client"] == "127.0.0.1", "{line}");
            } else {
                assert!(
                    lines[0].contains(&format!("status={status}")) && lines[0].contains(path),
                    "{lines:?}"
                );
            }
        }
    }
}

#[test]
fn clients_without_an_account_do_not_fill_the_error_log() {
    use std::{io::Write as _, net::TcpStream};

    let server = Logged::start(&[]);
    let address = server.base.trim_start_matches("http://");
    for bad in [
        "GET / HTTP/9.9\r\n\r\n",
        "\0\0\0\0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
    ] {
        for _ in 0..20 {
            let mut stream = TcpStream::connect(address).expect("connects");
            stream.write_all(bad.as_bytes()).expect("sends");
            let mut rest = String::new();
            let _ = std::io::Read::read_to_string(&mut stream, &mut rest);
        }
    }
    assert_eq!(server.get("/v1/articles", "the-last-request"), 200);
    let loud: Vec<String> =
        server.lines().into_iter().filter(|line| line.contains("ERROR") || line.contains("WARN")).collect();
    assert!(loud.is_empty(), "{loud:?}");
}

on_each_database! {
    fn a_full_disk_is_507_and_shows_in_readiness(kind) {
        let site = Site::empty(kind);
        let admin = site.sign_in_as("admin@example.com", "admin");
        admin.send("POST", "/v1/tags", &json!({ "name": "Before" }));
        // Triggers raise the errors that the databases report when the disk is full.
        let path = site.database.url.trim_start_matches("sqlite:");
        let run = |sql: &str| match kind {
            Kind::Sqlite => SqliteConnection::establish(path).expect("opens").batch_execute(sql).expect("runs"),
            Kind::Postgres => PgConnection::establish(&site.database.url).expect("opens").batch_execute(sql).expect("runs"),
        };
        run(match kind {
            Kind::Sqlite => "CREATE TRIGGER no_space BEFORE INSERT ON term BEGIN \
                             SELECT RAISE(ABORT, 'database or disk is full'); END",
            Kind::Postgres => "CREATE FUNCTION no_space() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                               RAISE EXCEPTION 'could not extend file \"base/1/2\": No space left on device' \
                               USING ERRCODE = '53100'; END $$; \
                               CREATE TRIGGER no_space BEFORE INSERT ON term FOR EACH ROW EXECUTE FUNCTION no_space()",
        });
        admin.send("POST", "/v1/tags", &json!({ "name": "New" })).problem(507, "server.storage_full");
        let asked = admin.graphql("mutation { createTag(input: { name: \"New\" }) { tag { id } } }", json!({}));
        assert_eq!(asked["errors"][0]["extensions"]["code"], "server.storage_full", "{asked}");
        assert_eq!(site.get("/health/ready").ok()["status"], "read_only");
        assert_eq!(site.get("/v1/tags").ok()["data"][0]["name"], "Before", "reading goes on");

        run(match kind {
            Kind::Sqlite => "DROP TRIGGER no_space",
            Kind::Postgres => "DROP TRIGGER no_space ON term",
        });
        assert_eq!(admin.send("POST", "/v1/tags", &json!({ "name": "New" })).status, 201);
        assert_eq!(site.get("/health/ready").ok()["status"], "ready");
    }
}
