//! Connections of clients that stop sending: their number and duration are limited.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, Command, Stdio},
    time::Duration,
};

use crate::support::{Kind, Site, binary, database::Database};

/// Number of connections that send an unfinished request.
const HELD: usize = 2_000;

/// A server that starts with a soft limit of 1,024 open files, fewer than the connections it must serve.
struct Limited {
    address: String,
    process: Child,
    _database: Database,
}

impl Limited {
    fn start(arguments: &[&str]) -> Self {
        let database = Database::new(Kind::Sqlite);
        let program = binary();
        let mut process = Command::new("sh")
            .args(["-c", "ulimit -S -n 1024 && exec \"$@\"", "sh"])
            .arg(program.get_program())
            .args(["serve", "--listen", "127.0.0.1:0", "--database-url", &database.url])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("starts");
        let mut first = String::new();
        BufReader::new(process.stdout.as_mut().expect("an output")).read_line(&mut first).expect("a line");
        let address = first.trim().rsplit("http://").next().unwrap_or_default().to_owned();
        Self { address, process, _database: database }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).expect("connects");
        // A client that has no response after this time is locked out.
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("set");
        stream
    }

    fn send(&self, text: &str) -> TcpStream {
        let mut stream = self.connect();
        stream.write_all(text.as_bytes()).expect("sends");
        stream
    }

    fn status(&self) -> String {
        first_line(self.send("GET /v1/articles HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
    }
}

impl Drop for Limited {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn first_line(stream: TcpStream) -> String {
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).expect("an answer");
    line.trim().to_owned()
}

fn all(mut stream: TcpStream) -> String {
    let mut text = Vec::new();
    // The server may close or reset the connection.
    let _ = stream.read_to_end(&mut text);
    String::from_utf8_lossy(&text).into_owned()
}

/// Raises this process's limit of open files to the maximum.
fn open_many_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let limits = getrlimit(Resource::Nofile);
    let most = limits.maximum.unwrap_or(1 << 20);
    assert!(most > 3_000, "the hard limit of open files is {most}; this test holds {HELD} connections");
    setrlimit(Resource::Nofile, Rlimit { current: Some(most), maximum: limits.maximum }).expect("set");
}

#[test]
fn two_thousand_unfinished_bodies_time_out_and_block_no_other_client() {
    open_many_files();
    let server = Limited::start(&[]);
    let head = "POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
                Content-Length: 200\r\n\r\n{";
    let held: Vec<TcpStream> = (0..HELD).map(|_| server.send(head)).collect();
    assert_eq!(server.status(), "HTTP/1.1 200 OK", "another client is answered");
    for stream in held {
        let text = all(stream);
        assert!(text.starts_with("HTTP/1.1 408 "), "{text}");
        assert!(text.contains("\"code\":\"request.too_slow\""), "{text}");
    }
    assert_eq!(server.status(), "HTTP/1.1 200 OK");
}

#[test]
fn every_unfinished_request_times_out() {
    let server = Limited::start(&[]);
    let graphql =
        "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{";
    let chunked = "POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
                   Transfer-Encoding: chunked\r\n\r\n5\r\n{";
    for text in [graphql, chunked] {
        assert!(all(server.send(text)).starts_with("HTTP/1.1 408 "), "{text}");
    }
    let server = &server;
    std::thread::scope(|scope| {
        for text in [
            "",
            "GET /v1/site HT",
            // No handler reads these bodies.
            "GET /v1/site HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{",
            "POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{",
            "PATCH /v1/articles/x HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{",
        ] {
            scope.spawn(move || {
                let mut stream = server.send(text);
                // Fails with a timeout if the connection is still open after a minute.
                let mut rest = Vec::new();
                let ended = match stream.read_to_end(&mut rest) {
                    Ok(_) => true,
                    Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
                };
                assert!(ended, "{text:?} stays open: {}", String::from_utf8_lossy(&rest));
            });
        }
    });
}

#[test]
fn an_unfinished_second_request_times_out() {
    let server = Limited::start(&[]);
    let mut stream = server.send("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n");
    let mut answer = String::new();
    while !answer.ends_with("{\"status\":\"live\"}") {
        let mut byte = [0];
        stream.read_exact(&mut byte).expect("an answer");
        answer.push(char::from(byte[0]));
    }
    stream.write_all(b"GET /v1/si").expect("sends");
    // Fails with a timeout if the connection is still open after a minute.
    let ended = stream.read(&mut [0]).map_err(|error| error.kind());
    assert!(matches!(ended, Ok(0) | Err(std::io::ErrorKind::ConnectionReset)), "{ended:?}");
}

#[test]
fn connections_beyond_the_maximum_get_503() {
    let server = Limited::start(&["--max-connections", "10"]);
    // Each connection reads a response, so all ten are accepted before the next one connects.
    let mut held: Vec<TcpStream> = (0..10)
        .map(|_| {
            let mut stream = server.send("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n");
            let mut answer = [0; 15];
            stream.read_exact(&mut answer).expect("an answer");
            assert_eq!(&answer, b"HTTP/1.1 200 OK");
            stream
        })
        .collect();
    let refused = all(server.connect());
    assert!(refused.starts_with("HTTP/1.1 503 "), "{refused}");
    assert!(refused.contains("\"code\":\"server.busy\""), "{refused}");
    let one = held.pop().expect("one");
    one.shutdown(std::net::Shutdown::Both).expect("closes");
    drop(one);
    let mut answered = String::new();
    for _ in 0..100 {
        answered = server.status();
        if answered.starts_with("HTTP/1.1 200") {
            break;
        }
        std::thread::yield_now();
    }
    assert_eq!(answered, "HTTP/1.1 200 OK", "there is room again");
}

#[test]
fn a_body_with_a_content_encoding_is_refused() {
    let site = Site::empty(Kind::Sqlite);
    for path in ["/v1/auth/login", "/graphql"] {
        let headers = [("content-type", "application/json"), ("content-encoding", "gzip")];
        let answer = site.send("POST", path, &headers, Some(b"\x1f\x8b"));
        answer.problem(415, "request.unsupported_coding");
        assert_eq!(answer.header("accept-encoding"), Some("identity"));
        let plain = [("content-type", "application/json"), ("content-encoding", "identity")];
        assert_ne!(site.send("POST", path, &plain, Some(b"{}")).status, 415);
    }
}
