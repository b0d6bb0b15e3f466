//! Outages of the database: the server answers 503 and recovers without a restart.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};

use crate::support::{
    Kind, Site,
    database::Database,
    newsroom::{lines, stories},
    people::{PASSWORD, Person},
};

/// A proxy between a server and its database that can close its connections or stop forwarding.
struct Line {
    port: u16,
    cut: Arc<AtomicBool>,
    /// While this is set, connections stop forwarding, and they never resume.
    silent: Arc<AtomicBool>,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

impl Line {
    fn to(target: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let cut = Arc::new(AtomicBool::new(false));
        let open: Arc<Mutex<Vec<TcpStream>>> = Arc::default();
        let silent = Arc::new(AtomicBool::new(false));
        let (is_cut, streams, is_silent) = (cut.clone(), open.clone(), silent.clone());
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if is_cut.load(Ordering::SeqCst) {
                    continue;
                }
                let Ok(server) = TcpStream::connect(&target) else { continue };
                for (mut from, mut to) in [
                    (client.try_clone().expect("a handle"), server.try_clone().expect("a handle")),
                    (server.try_clone().expect("a handle"), client.try_clone().expect("a handle")),
                ] {
                    let is_silent = is_silent.clone();
                    std::thread::spawn(move || {
                        let mut buffer = [0; 4096];
                        let mut dead = false;
                        while let Ok(read @ 1..) = from.read(&mut buffer) {
                            dead |= is_silent.load(Ordering::SeqCst);
                            if !dead && to.write_all(&buffer[..read]).is_err() {
                                break;
                            }
                        }
                        let _ = to.shutdown(Shutdown::Both);
                    });
                }
                streams.lock().expect("a lock").extend([client, server]);
            }
        });
        Self { port, cut, silent, open }
    }

    /// Keeps connections open and reads from them, but forwards nothing.
    fn fall_silent(&self) {
        self.silent.store(true, Ordering::SeqCst);
    }

    /// Forwards data on new connections. Silent connections stay silent.
    fn answer_new_connections(&self) {
        self.silent.store(false, Ordering::SeqCst);
    }

    fn cut(&self) {
        self.cut.store(true, Ordering::SeqCst);
        for stream in self.open.lock().expect("a lock").drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    fn mend(&self) {
        self.cut.store(false, Ordering::SeqCst);
    }
}

/// Starts a server that reaches its database through a proxy. The last value is a server with a direct
/// connection to the same database.
fn behind_a_line() -> (Site, Line, Site) {
    let made = Site::with(Kind::Postgres, &lines(&stories(5)));
    made.add_user("anna@example.com", "editor");
    let url = made.database.url.clone();
    let (login, rest) =
        url.split_once("://").and_then(|(_, rest)| rest.split_once('@')).expect("a URL with a user");
    let (host, name) = rest.split_once('/').expect("a URL with a database");
    let host = if host.contains(':') { host.to_owned() } else { format!("{host}:5432") };
    let line = Line::to(host);
    let through = format!("postgres://{login}@127.0.0.1:{}/{name}", line.port);
    // With two connections, the test can make all of them fail.
    let site = Site::serve_at(Database::new(Kind::Sqlite), &through, &["--database-connections", "2"]);
    (site, line, made)
}

#[test]
fn a_silent_database_is_503_in_a_bounded_time_and_the_server_reconnects() {
    let (site, line, _made) = behind_a_line();
    let anna = Person { site: &site, tokens: site.log_in("anna@example.com", PASSWORD).ok() };
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| site.get("/v1/articles").ok());
        }
    });

    line.fall_silent();
    // Sends a request and panics if there is no response within this number of seconds.
    let patient = |seconds: u64, method: &str, path: &str, body: Option<Value>| {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(seconds)))
            .build()
            .into();
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", site.base))
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {}", anna.access_token()));
        let body = body.map_or_else(String::new, |body| body.to_string());
        let mut answer = agent
            .run(request.body(body).expect("a request"))
            .unwrap_or_else(|error| panic!("{path}: {error}"));
        let text = answer.body_mut().read_to_string().expect("a body");
        (answer.status().as_u16(), serde_json::from_str::<Value>(&text).expect("JSON"))
    };
    std::thread::scope(|scope| {
        // More requests than the server runs at once, so that some wait in the queue.
        for n in 0..24 {
            scope.spawn(move || {
                let (status, problem) = patient(30, "GET", &format!("/v1/articles/story-{}", n % 5), None);
                assert_eq!(status, 503, "{problem}");
            });
        }
        scope.spawn(|| {
            let (status, problem) = patient(30, "POST", "/v1/tags", Some(json!({ "name": "New" })));
            assert_eq!(status, 503, "{problem}");
        });
        scope.spawn(|| {
            let query = json!({ "query": "{ articles(first: 1) { nodes { id } } }" });
            let (_, answer) = patient(30, "POST", "/graphql", Some(query));
            let code = answer["errors"][0]["extensions"]["code"].as_str().expect("a code").to_owned();
            assert!(["database.unavailable", "server.busy"].contains(&code.as_str()), "{code}");
        });
        for _ in 0..3 {
            let (status, health) = patient(5, "GET", "/health/ready", None);
            assert_eq!((status, &health["status"]), (503, &json!("unavailable")));
        }
    });

    // The old connections stay silent forever, so the server must open new ones.
    line.answer_new_connections();
    let ready = (0..30).any(|_| {
        let (status, _) = patient(5, "GET", "/health/ready", None);
        if status != 200 {
            std::thread::sleep(Duration::from_millis(500));
        }
        status == 200
    });
    assert!(ready, "it finds the database again without a restart");
    site.get("/v1/articles").ok();
    assert_eq!(anna.send("POST", "/v1/tags", &json!({ "name": "New" })).status, 201);
}

#[test]
fn a_lost_database_is_503_and_comes_back_without_a_restart() {
    let (site, line, _made) = behind_a_line();
    for _ in 0..5 {
        site.get("/v1/articles").ok();
    }

    line.cut();
    for path in ["/v1/articles", "/v1/articles/story-1", "/v1/tags"] {
        let answer = site.get(path);
        let problem = answer.problem(503, "database.unavailable");
        assert_eq!(answer.header("retry-after"), Some("2"));
        assert!(!problem.to_string().contains("127.0.0.1"), "nothing internal: {problem}");
    }
    assert_eq!(site.get("/health/live").status, 200);
    assert_eq!(site.get("/health/ready").status, 503);
    let error = site.graphql("{ articles { nodes { id } } }", json!({}));
    assert_eq!(error["errors"][0]["extensions"]["code"], "database.unavailable", "{error}");

    line.mend();
    for _ in 0..20 {
        if site.get("/health/ready").status == 200 {
            break;
        }
        std::thread::sleep(Duration::from_millis(250));
    }
    assert_eq!(site.get("/v1/articles?count=exact").ok()["page"]["total"], 4);
    site.get("/health/ready").ok();
}

#[test]
fn readers_go_on_while_another_process_writes_to_sqlite() {
    use diesel::{Connection, RunQueryDsl, SqliteConnection};

    let site = Site::with(Kind::Sqlite, &lines(&stories(5)));
    let path = site.database.url.trim_start_matches("sqlite:").to_owned();
    let mut writer = SqliteConnection::establish(&path).expect("opens");
    diesel::sql_query("BEGIN IMMEDIATE").execute(&mut writer).expect("locks");
    diesel::sql_query("DELETE FROM article").execute(&mut writer).expect("writes");
    assert_eq!(site.get("/v1/articles?count=exact").ok()["page"]["total"], 4);
    diesel::sql_query("ROLLBACK").execute(&mut writer).expect("rolls back");

    diesel::sql_query("PRAGMA locking_mode = EXCLUSIVE").execute(&mut writer).expect("set");
    assert_eq!(site.get("/v1/articles?count=exact").ok()["page"]["total"], 4);
}
