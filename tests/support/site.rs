//! A running server with a database of its own, and requests to it.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Output, Stdio},
};

use serde_json::{Value, json};
use ureq::http::HeaderMap;

use super::database::{Database, Kind};

/// Returns a command that runs the binary under test.
pub fn binary() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_broadsheet"));
    // Variables that are set in the environment of the tests must not change their result.
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("BROADSHEET_")) {
        command.env_remove(name);
    }
    command
}

/// A running server. It is killed when this value is dropped.
pub struct Site {
    pub base: String,
    pub database: Database,
    process: Child,
    agent: ureq::Agent,
}

impl Site {
    /// Starts a server on an empty database.
    pub fn empty(kind: Kind) -> Self {
        Self::with(kind, &[])
    }

    /// Starts a server on an empty database, with additional arguments.
    pub fn empty_with(kind: Kind, arguments: &[&str]) -> Self {
        let database = Database::new(kind);
        let migrated =
            binary().args(["migrate", "--database-url", &database.url]).output().expect("migrates");
        assert!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
        let url = database.url.clone();
        Self::serve_at(database, &url, arguments)
    }

    /// Starts a server and imports these lines.
    pub fn with(kind: Kind, lines: &[Value]) -> Self {
        let database = Database::new(kind);
        let migrated =
            binary().args(["migrate", "--database-url", &database.url]).output().expect("migrates");
        assert!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
        let site = Self::serve(database);
        if !lines.is_empty() {
            let report = site.import("test", lines);
            assert_eq!(report["broken"], Value::Null, "{report}");
        }
        site
    }

    /// Starts a server on an existing database.
    pub fn serve(database: Database) -> Self {
        let url = database.url.clone();
        Self::serve_at(database, &url, &[])
    }

    /// Starts a server that reaches its database at `url`, with additional arguments.
    pub fn serve_at(database: Database, url: &str, arguments: &[&str]) -> Self {
        let (process, base) = start(url, arguments);
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(std::time::Duration::from_secs(60)))
            .build()
            .into();
        Self { base, database, process, agent }
    }

    /// Starts the server again on the same database.
    pub fn start_again(&mut self) {
        (self.process, self.base) = start(&self.database.url, &[]);
    }

    pub fn process_id(&self) -> u32 {
        self.process.id()
    }

    pub fn wait(&mut self) -> std::process::ExitStatus {
        self.process.wait().expect("ends")
    }

    /// Runs a command on the site's database.
    pub fn command(&self, arguments: &[&str]) -> Output {
        binary().args(arguments).args(["--database-url", &self.database.url]).output().expect("runs")
    }

    /// Imports lines as the given source, and returns the report.
    pub fn import(&self, source: &str, lines: &[Value]) -> Value {
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        self.import_text(source, text.as_bytes()).1
    }

    /// Imports a JSONL file as the given source, and returns the command's output and the report.
    pub fn import_text(&self, source: &str, text: &[u8]) -> (Output, Value) {
        self.import_as(&["jsonl", "-", "--source", source], text)
    }

    /// Runs `import` with these arguments and this input, and returns the command's output and the report.
    pub fn import_as(&self, arguments: &[&str], text: &[u8]) -> (Output, Value) {
        let mut child = binary()
            .arg("import")
            .args(arguments)
            .args(["--report", "json"])
            .args(["--database-url", &self.database.url])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("runs");
        // Writing fails if the command ends before it has read all of its input.
        let _ = child.stdin.take().expect("an input").write_all(text);
        let output = child.wait_with_output().expect("ends");
        let report = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("no report: {}", String::from_utf8_lossy(&output.stderr)));
        (output, report)
    }

    /// Returns an export of the whole site.
    pub fn export(&self) -> String {
        let output = self.command(&["export", "-"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    pub fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[])
    }

    pub fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send("GET", path, headers, None)
    }

    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&[u8]>) -> Answer {
        self.try_send(method, path, headers, body).unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// Sends a request. Returns an error if there is no response.
    pub fn try_send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Result<Answer, ureq::Error> {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut answer = match body {
            Some(body) => self.agent.run(request.body(body).expect("a request")),
            None => self.agent.run(request.body(()).expect("a request")),
        }?;
        let bytes = answer.body_mut().with_config().limit(64 << 20).read_to_vec()?;
        Ok(Answer { status: answer.status().as_u16(), headers: answer.headers().clone(), bytes })
    }

    /// Sends a GraphQL query and returns the response.
    pub fn graphql(&self, query: &str, variables: Value) -> Value {
        let body = json!({ "query": query, "variables": variables }).to_string();
        self.send("POST", "/graphql", &[("content-type", "application/json")], Some(body.as_bytes())).json()
    }

    /// Sends a GraphQL query, asserts that it has no errors, and returns its data.
    pub fn ask(&self, query: &str, variables: Value) -> Value {
        let answer = self.graphql(query, variables);
        assert_eq!(answer["errors"], Value::Null, "{query}: {answer}");
        answer["data"].clone()
    }
}

/// Starts a server and returns its process and base URL.
fn start(url: &str, arguments: &[&str]) -> (Child, String) {
    let mut process = binary()
        .args(["serve", "--listen", "127.0.0.1:0", "--database-url", url])
        .args(arguments)
        // Log no line for each request.
        .env("RUST_LOG", std::env::var("RUST_LOG").unwrap_or_else(|_| "warn,actix_http=off".to_owned()))
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
    let mut first = String::new();
    BufReader::new(process.stdout.as_mut().expect("an output")).read_line(&mut first).expect("a line");
    let base = first.trim().rsplit(' ').next().unwrap_or_default().to_owned();
    assert!(base.starts_with("http://"), "it said: {first}");
    (process, base)
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// An HTTP response.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| {
            panic!("{error}: {} {}", self.status, String::from_utf8_lossy(&self.bytes))
        })
    }

    #[track_caller]
    pub fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", String::from_utf8_lossy(&self.bytes));
        self.json()
    }

    /// Asserts that the response is a problem document with this status and code, and returns it.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.bytes));
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        let problem = self.json();
        assert_eq!(problem["code"], code, "{problem}");
        assert_eq!(problem["status"], status, "{problem}");
        assert_eq!(problem["type"], format!("/problems/{code}"), "{problem}");
        assert!(problem["requestId"].as_str().is_some_and(|id| id.len() >= 8), "{problem}");
        problem
    }

    /// Asserts that the response is a problem document whose only error is about this parameter.
    #[track_caller]
    pub fn blames(&self, parameter: &str, code: &str) {
        let problem = self.problem(400, "request.invalid");
        assert_eq!(problem["errors"][0]["parameter"], parameter, "{problem}");
        assert_eq!(problem["errors"][0]["code"], code, "{problem}");
        assert_eq!(problem["errors"].as_array().map(Vec::len), Some(1), "{problem}");
    }

    /// Returns the number of SQL statements that the server ran for the request.
    pub fn statements(&self) -> u32 {
        let timing = self.header("server-timing").expect("a Server-Timing header");
        timing.chars().filter(char::is_ascii_digit).collect::<String>().parse().expect("a number")
    }
}
