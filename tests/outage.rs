//! The database goes away and comes back.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde_json::json;

use crate::support::{
    Kind, Site,
    database::Database,
    newsroom::{lines, stories},
};

/// Stands between a server and its database, and can cut the line.
struct Line {
    port: u16,
    cut: Arc<AtomicBool>,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

impl Line {
    fn to(target: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let cut = Arc::new(AtomicBool::new(false));
        let open: Arc<Mutex<Vec<TcpStream>>> = Arc::default();
        let (is_cut, streams) = (cut.clone(), open.clone());
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
                    std::thread::spawn(move || {
                        let mut buffer = [0; 4096];
                        while let Ok(read @ 1..) = from.read(&mut buffer) {
                            if to.write_all(&buffer[..read]).is_err() {
                                break;
                            }
                        }
                        let _ = to.shutdown(Shutdown::Both);
                    });
                }
                streams.lock().expect("a lock").extend([client, server]);
            }
        });
        Self { port, cut, open }
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

#[test]
fn a_lost_database_is_503_and_comes_back_without_a_restart() {
    let made = Site::with(Kind::Postgres, &lines(&stories(5)));
    let url = made.database.url.clone();
    let (login, rest) =
        url.split_once("://").and_then(|(_, rest)| rest.split_once('@')).expect("a URL with a user");
    let (host, name) = rest.split_once('/').expect("a URL with a database");
    let host = if host.contains(':') { host.to_owned() } else { format!("{host}:5432") };
    let line = Line::to(host);
    let through = format!("postgres://{login}@127.0.0.1:{}/{name}", line.port);
    let site = Site::serve_at(Database::new(Kind::Sqlite), &through, &[]);
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
