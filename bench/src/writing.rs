//! Measures saving and publishing, compared to bare transactions that write the same rows.

use std::{
    fmt::Write as _,
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, anyhow, bail};
use serde_json::{Value, json};

use crate::{LISTEN, broadsheet, newsroom, server::Server};

/// Number of concurrent writers. On SQLite, only one writes at a time and the others wait.
const WRITERS: usize = 4;

/// Number of articles that the bare transactions write on SQLite.
const BARE: usize = 3_000;

/// The role of the root term in `article_term`, as in `crates/persistence/src/terms.rs`.
const ROOT_ROLE: u8 = 3;

const EMAIL: &str = "bench@example.com";
const PASSWORD: &str = "a long enough password";

/// Articles saved and published per second.
pub(crate) struct Writing {
    pub(crate) database: &'static str,
    pub(crate) per_second: f64,
    pub(crate) bare: f64,
}

/// Creates the account that writes.
fn add_writer(mut broadsheet: Command, url: &str) -> anyhow::Result<()> {
    broadsheet.args(["user", "add", EMAIL, "--role", "admin", "--password-stdin", "--database-url", url]);
    let mut child = broadsheet.stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
    writeln!(child.stdin.take().context("no input")?, "{PASSWORD}")?;
    if !child.wait()?.success() {
        bail!("no account");
    }
    Ok(())
}

/// Saves and publishes articles for some seconds.
///
/// Returns the articles per second, and the id of the last one.
pub(crate) fn measure(url: &str, seconds: u32) -> anyhow::Result<(f64, String)> {
    add_writer(broadsheet()?, url)?;
    let mut command = broadsheet()?;
    let server = Server::start(command.args(["serve", "--listen", LISTEN, "--database-url", url]), LISTEN)?;
    let address = &server.address;
    let agent = ureq::Agent::new_with_defaults();
    let credentials = json!({ "email": EMAIL, "password": PASSWORD });
    let mut answer = agent.post(format!("http://{address}/v1/auth/login")).send_json(&credentials)?;
    let tokens: Value = serde_json::from_str(&answer.body_mut().read_to_string()?)?;
    let bearer = format!("Bearer {}", tokens["accessToken"].as_str().context("no token")?);
    // Warm up: statements get prepared, and the database's files grow.
    write_for(address, &bearer, Duration::from_secs(2))?;
    write_for(address, &bearer, Duration::from_secs(u64::from(seconds)))
}

fn write_for(address: &str, bearer: &str, length: Duration) -> anyhow::Result<(f64, String)> {
    let (begun, count) = (Instant::now(), AtomicU64::new(0));
    let lasts = thread::scope(|scope| -> anyhow::Result<Vec<String>> {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let count = &count;
                scope.spawn(move || -> anyhow::Result<String> {
                    let agent = ureq::Agent::new_with_defaults();
                    let mut random = fastrand::Rng::with_seed(writer as u64);
                    let mut last = String::new();
                    while begun.elapsed() < length {
                        last = one(&agent, address, bearer, &newsroom::draft(&mut random))?;
                        count.fetch_add(1, Ordering::Relaxed);
                    }
                    Ok(last)
                })
            })
            .collect();
        writers
            .into_iter()
            .map(|writer| writer.join().unwrap_or_else(|_| Err(anyhow!("a writer panicked"))))
            .collect()
    })?;
    let rate = count.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64();
    Ok((rate, lasts.into_iter().next_back().unwrap_or_default()))
}

/// Saves and publishes one article.
fn one(agent: &ureq::Agent, address: &str, bearer: &str, draft: &Value) -> anyhow::Result<String> {
    let mut made = agent
        .post(format!("http://{address}/v1/articles"))
        .header("authorization", bearer)
        .send_json(draft)?;
    let made: Value = serde_json::from_str(&made.body_mut().read_to_string()?)?;
    let id = made["id"].as_str().context("no id")?.to_owned();
    let mut published = agent
        .post(format!("http://{address}/v1/articles/{id}/publish"))
        .header("authorization", bearer)
        .header("if-match", "\"1\"")
        .send_json(json!({}))?;
    published.body_mut().read_to_string()?;
    Ok(id)
}

/// A database that this program writes to without Broadsheet.
pub(crate) trait Bare {
    /// Returns the columns of a table, in their order.
    fn columns(&self, table: &str) -> anyhow::Result<Vec<String>>;
    /// Returns the literal of an id, from its hexadecimal digits.
    fn bytes(&self, hex: &str) -> String;
}

/// Returns the statements that save and publish a new article, as Broadsheet does.
///
/// They copy the rows of the article `template`. `id` and `slug` are SQL expressions for the new article.
fn statements(bare: &dyn Bare, template: &str, id: &str, slug: &str) -> anyhow::Result<String> {
    let mut out = String::new();
    let copy =
        |out: &mut String, table: &str, condition: &str, others: &[(&str, &str)]| -> anyhow::Result<()> {
            let columns = bare.columns(table)?;
            // A migration may have removed a column.
            if let Some((name, _)) =
                others.iter().find(|(name, _)| !columns.iter().any(|column| column == name))
            {
                bail!("the table {table} has no column {name}");
            }
            let of = |column: &String| {
                let other = others.iter().find(|(name, _)| *name == column.as_str());
                other.map_or_else(|| column.clone(), |(_, value)| (*value).to_owned())
            };
            let values: Vec<String> = columns.iter().map(of).collect();
            writeln!(
                out,
                "INSERT INTO {table} ({}) SELECT {} FROM {table} WHERE {condition};",
                columns.join(", "),
                values.join(", ")
            )?;
            Ok(())
        };
    let of_article = format!("article = {template}");
    let record = |out: &mut String, action: &str| -> anyhow::Result<()> {
        writeln!(out, "UPDATE clock SET seq = seq + 1 WHERE id = 1;")?;
        writeln!(out, "UPDATE clock SET settled = settled + 1 WHERE id = 1;")?;
        let seq = [("seq", "(SELECT seq FROM clock WHERE id = 1)"), ("id", id)];
        copy(out, "change", &format!("id = {template} AND action = '{action}'"), &seq)
    };
    writeln!(out, "BEGIN;")?;
    let draft = [
        ("id", id),
        ("revision", "1"),
        ("published_revision", "NULL"),
        ("first_published_at", "NULL"),
        ("status", "'draft'"),
    ];
    copy(&mut out, "story", &format!("id = {template}"), &draft)?;
    copy(&mut out, "revision", &format!("{of_article} AND number = 1"), &[("article", id)])?;
    // Readers do not know the slug of a draft yet.
    copy(&mut out, "article_slug", &of_article, &[("article", id), ("slug", slug), ("known_at", "NULL")])?;
    // While an article is a draft, `story_term` has its terms, except for the root term.
    writeln!(
        out,
        "INSERT INTO story_term (article, term) \
         SELECT {id}, term FROM article_term WHERE article = {template} AND role <> {ROOT_ROLE};"
    )?;
    record(&mut out, "created")?;
    writeln!(out, "COMMIT;\nBEGIN;")?;
    writeln!(
        out,
        "UPDATE story SET revision = 2, published_revision = 2, status = 'published' WHERE id = {id};"
    )?;
    copy(&mut out, "revision", &format!("{of_article} AND number = 2"), &[("article", id)])?;
    writeln!(
        out,
        "UPDATE article_slug SET known_at = (SELECT known_at FROM article_slug WHERE {of_article}) WHERE article = {id};"
    )?;
    writeln!(out, "DELETE FROM story_term WHERE article = {id};")?;
    copy(&mut out, "article", &format!("id = {template}"), &[("id", id), ("slug", slug)])?;
    copy(&mut out, "article_body", &of_article, &[("article", id)])?;
    copy(&mut out, "article_term", &of_article, &[("article", id)])?;
    writeln!(
        out,
        "UPDATE term SET article_count = article_count + 1 WHERE id IN (SELECT term FROM article_term WHERE article = {template});"
    )?;
    record(&mut out, "published")?;
    writeln!(out, "COMMIT;")?;
    Ok(out)
}

/// A SQLite database, written by SQLite's shell.
pub(crate) struct Sqlite<'f>(pub(crate) &'f Path);

impl Bare for Sqlite<'_> {
    fn columns(&self, table: &str) -> anyhow::Result<Vec<String>> {
        let query = format!("SELECT name FROM pragma_table_info('{table}')");
        let done = Command::new("sqlite3").arg(self.0).arg(query).output()?;
        Ok(String::from_utf8_lossy(&done.stdout).lines().map(str::to_owned).collect())
    }

    fn bytes(&self, hex: &str) -> String {
        format!("x'{hex}'")
    }
}

impl Sqlite<'_> {
    /// Returns how many articles per second the shell saves and publishes, as durably as Broadsheet.
    pub(crate) fn rate(&self, template: &str, folder: &Path) -> anyhow::Result<f64> {
        let template = self.bytes(&hex_of(template)?);
        // The same durability, page cache and checkpoints as for Broadsheet's writer (`Limits::WRITER` in
        // `crates/persistence/src/conn.rs`). The size of the page cache matters: when an index page splits, SQLite
        // goes through the whole cache at commit, so a larger one makes each transaction slower.
        let mut script =
            "PRAGMA synchronous = FULL;\nPRAGMA cache_size = -16000;\nPRAGMA wal_autocheckpoint = 8000;\n"
                .to_owned();
        let one = statements(self, &template, "@id@", "'@slug@'")?;
        for n in 0..BARE {
            let id = self.bytes(&format!("{:032x}", (1_u128 << 120) + n as u128));
            script += &one.replace("@id@", &id).replace("@slug@", &format!("bare-{n}"));
        }
        let file = folder.join("bare.sql");
        fs::write(&file, script)?;
        let begun = Instant::now();
        let done = Command::new("sqlite3").arg("-bail").arg(self.0).stdin(fs::File::open(&file)?).output()?;
        let rate = BARE as f64 / begun.elapsed().as_secs_f64();
        fs::remove_file(&file)?;
        if !done.status.success() {
            bail!("sqlite3 failed: {}", String::from_utf8_lossy(&done.stderr));
        }
        Ok(rate)
    }
}

/// A PostgreSQL database, written by `pgbench`.
pub(crate) struct Postgres<'u>(pub(crate) &'u str);

impl Bare for Postgres<'_> {
    fn columns(&self, table: &str) -> anyhow::Result<Vec<String>> {
        let query = format!(
            "SELECT column_name FROM information_schema.columns WHERE table_name = '{table}' ORDER BY ordinal_position"
        );
        let done = Command::new("psql").args(["-qXAt", "-c", &query, self.0]).output()?;
        Ok(String::from_utf8_lossy(&done.stdout).lines().map(str::to_owned).collect())
    }

    fn bytes(&self, hex: &str) -> String {
        format!("decode('{hex}', 'hex')")
    }
}

impl Postgres<'_> {
    /// Returns how many articles per second `pgbench` saves and publishes.
    pub(crate) fn rate(&self, template: &str, folder: &Path, seconds: u32) -> anyhow::Result<f64> {
        let template = self.bytes(&hex_of(template)?);
        let drawn = "SELECT md5(random()::text || clock_timestamp()::text) AS drawn \\gset\n";
        let script = statements(self, &template, "decode(:drawn::text, 'hex')", "'bare-' || :drawn::text")?;
        let file = folder.join("bare.pgbench");
        fs::write(&file, format!("{drawn}{script}"))?;
        let writers = WRITERS.to_string();
        let done = Command::new("pgbench")
            .args(["-n", "-M", "prepared", "-c", &writers, "-j", "2", "-T", &seconds.to_string(), "-f"])
            .arg(&file)
            .arg(self.0)
            .output()?;
        fs::remove_file(&file)?;
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        let rate = said.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
        rate.filter(|_| done.status.success())
            .with_context(|| format!("pgbench failed: {said}{}", String::from_utf8_lossy(&done.stderr)))
    }
}

/// Returns the 16 bytes of a TypeID as hexadecimal digits.
fn hex_of(id: &str) -> anyhow::Result<String> {
    const DIGITS: &str = "0123456789abcdefghjkmnpqrstvwxyz";
    let (_, suffix) = id.rsplit_once('_').context("no id")?;
    let number = suffix
        .chars()
        .try_fold(0_u128, |number, digit| DIGITS.find(digit).map(|value| number << 5 | value as u128));
    number.map(|number| format!("{number:032x}")).context("no id")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_sixteen_bytes() {
        let hex = hex_of("article_01h455vb4pex5vsknk084sn02q").expect("an id");
        assert_eq!(hex, "01890a5dac96774bbcceb302099a8057");
    }
}
