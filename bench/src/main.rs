//! Benchmarks of Broadsheet, compared to the limits of the machine.
//!
//! The limits are a bare actix-web handler for requests, and `pgbench` and SQLite's shell for the databases.
//! Nothing here is part of the product, and nothing here asserts: it writes a table for people to read.

use std::{
    fs,
    io::{self, BufWriter, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context as _, bail};
use clap::{Parser, Subcommand};

mod bare;
mod ceiling;
mod load;
mod newsroom;
mod report;
mod server;
mod storm;
mod workload;
mod writing;
mod zipf;

use report::{Line, Report, Scale};
use server::Server;
use storm::Storm;
use workload::Workload;
use writing::Writing;

/// Benchmarks of Broadsheet.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Step,
}

#[derive(Subcommand)]
enum Step {
    /// Write generated articles as JSON lines to standard output.
    Generate {
        /// Number of articles.
        articles: usize,
    },
    /// Serve constant bytes, as the upper limit of requests per second.
    Bare {
        /// Address to listen on.
        listen: String,
        /// Number of bytes in each response.
        bytes: usize,
    },
    /// Run the benchmarks and write the results as Markdown.
    Run(Plan),
}

#[derive(clap::Args)]
struct Plan {
    /// Number of articles, on both databases.
    #[arg(long, default_value_t = 100_000)]
    articles: usize,
    /// Comma-separated other numbers of articles, measured on SQLite only.
    #[arg(long, value_delimiter = ',', default_values_t = [10_000, 1_000_000])]
    growth: Vec<usize>,
    /// URL of the PostgreSQL server. The role must be able to create databases and set `log_statement`.
    #[arg(long, default_value = "postgres://postgres@127.0.0.1:5432")]
    postgres: String,
    /// Path of PostgreSQL's log. Default: the log of the oldest server on this machine.
    #[arg(long)]
    postgres_log: Option<PathBuf>,
    /// Comma-separated parts to measure.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Part::Reads, Part::Storm, Part::Writing])]
    only: Vec<Part>,
    /// Skip PostgreSQL.
    #[arg(long)]
    sqlite_only: bool,
    /// Seconds for each measurement.
    #[arg(long, default_value_t = 8)]
    seconds: u32,
    /// Folder for temporary databases and files.
    #[arg(long, default_value = "target/bench")]
    folder: PathBuf,
    /// File for the results.
    #[arg(long, default_value = "bench/RESULTS.md")]
    results: PathBuf,
    /// Seed of the random numbers.
    #[arg(long, default_value_t = 7)]
    seed: u64,
}

/// A part of the benchmarks.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// Reads, for every number of articles.
    Reads,
    /// Reads during many sign-in attempts.
    Storm,
    /// Saving and publishing articles.
    Writing,
}

const LISTEN: &str = "127.0.0.1:8197";
const BARE: &str = "127.0.0.1:8198";

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Step::Generate { articles } => {
            newsroom::write(articles, 7, &mut BufWriter::new(io::stdout().lock()))?;
        }
        Step::Bare { listen, bytes } => bare::serve(&listen, bytes)?,
        Step::Run(plan) => run(&plan)?,
    }
    Ok(())
}

fn run(plan: &Plan) -> anyhow::Result<()> {
    fs::create_dir_all(&plan.folder)?;
    let script = plan.folder.join("load.lua");
    fs::write(&script, include_str!("load.lua"))?;
    let mut report = Report::new(plan.articles);

    let main = on_sqlite(plan, &script, plan.articles, true)?;
    report.storm = main.storm;
    report.writing.extend(main.writing);
    report.add(main.lines, main.scale);
    // Write the results after each step. The last steps take long, and may be interrupted.
    fs::write(&plan.results, report.to_string())?;
    if !plan.sqlite_only {
        let postgres = on_postgres(plan, &script, &report.lines)?;
        report.writing.extend(postgres.writing);
        report.add(postgres.lines, postgres.scale);
        fs::write(&plan.results, report.to_string())?;
    }
    for articles in plan.growth.iter().filter(|_| plan.only.contains(&Part::Reads)) {
        report.add(Vec::new(), on_sqlite(plan, &script, *articles, false)?.scale);
        fs::write(&plan.results, report.to_string())?;
    }
    write!(io::stdout().lock(), "{report}")?;
    Ok(())
}

/// The results for one database and number of articles.
struct Measured {
    lines: Vec<Line>,
    scale: Scale,
    storm: Option<Storm>,
    writing: Option<Writing>,
}

fn on_sqlite(plan: &Plan, script: &Path, articles: usize, with_ceiling: bool) -> anyhow::Result<Measured> {
    let file = plan.folder.join("bench.db");
    forget(&file);
    let url = format!("sqlite:{}", file.display());
    let (import, again) = import(plan, &url, articles)?;
    let server =
        Server::start(broadsheet()?.args(["serve", "--listen", LISTEN, "--database-url", &url]), LISTEN)?;
    let idle = server.memory()?.0;
    let mut lines = Vec::new();
    for workload in workloads(plan, &server.address, articles)? {
        say(&format!("{articles} articles, SQLite: {}", workload.name));
        let requests = plan.folder.join("requests");
        load::write(&requests, &workload.requests)?;
        let shape = workload::shape(&server.address, &workload)?;
        let rounds = load::warm(&server.address, script, &requests)?;
        say(&format!("warm after {rounds} rounds"));
        let found = load::run(&server.address, script, &requests, plan.seconds)?;
        let ceiling = match with_ceiling {
            true => Some(bare_rate(script, &requests, shape.bytes)?),
            false => None,
        };
        lines.push(Line {
            database: "SQLite",
            name: workload.name,
            flat: workload.flat,
            shape,
            found,
            bare: ceiling,
            database_alone: None,
        });
    }
    let scale = Scale {
        database: "SQLite",
        articles,
        import,
        again,
        idle,
        peak: server.memory()?.1,
        rates: lines.iter().map(|line| (line.name, line.found.per_second, line.flat)).collect(),
    };
    drop(server);
    let storm = match with_ceiling && plan.only.contains(&Part::Storm) {
        true => {
            say(&format!("{articles} articles, SQLite: reads while many sign in"));
            let mut command = broadsheet()?;
            command.args(["serve", "--listen", LISTEN, "--database-url", &url]);
            let server = Server::start(command.args(["--trusted-proxies", "127.0.0.1"]), LISTEN)?;
            let workloads = workload::all(&server.address, articles, plan.seed)?;
            let reads = &workloads.first().context("no workload")?.requests;
            Some(storm::measure(&server.address, reads, plan.seconds.max(10))?)
        }
        false => None,
    };
    let writing = match with_ceiling && plan.only.contains(&Part::Writing) {
        true => {
            say(&format!("{articles} articles, SQLite: saving and publishing"));
            let (per_second, last) = writing::measure(&url, plan.seconds)?;
            let bare = writing::Sqlite(&file).rate(&last, &plan.folder)?;
            Some(Writing { database: "SQLite", per_second, bare })
        }
        false => None,
    };
    forget(&file);
    Ok(Measured { lines, scale, storm, writing })
}

fn on_postgres(plan: &Plan, script: &Path, sqlite: &[Line]) -> anyhow::Result<Measured> {
    const NAME: &str = "broadsheet_bench";
    let admin = |sql: &str| -> anyhow::Result<()> {
        let done =
            Command::new("psql").args(["-qX", "-c", sql, &format!("{}/postgres", plan.postgres)]).output()?;
        if !done.status.success() {
            bail!("psql failed: {}", String::from_utf8_lossy(&done.stderr));
        }
        Ok(())
    };
    admin(&format!("DROP DATABASE IF EXISTS {NAME}"))?;
    admin(&format!("CREATE DATABASE {NAME}"))?;
    let url = format!("{}/{NAME}", plan.postgres);
    let (import, again) = import(plan, &url, plan.articles)?;
    Command::new("psql").args(["-qX", "-c", "VACUUM ANALYZE", &url]).status()?;
    let serve = || -> anyhow::Result<Command> {
        let mut command = broadsheet()?;
        command.args(["serve", "--listen", LISTEN, "--database-url", &url]);
        Ok(command)
    };
    let server = Server::start(&mut serve()?, LISTEN)?;
    let idle = server.memory()?.0;
    let workloads = workloads(plan, &server.address, plan.articles)?;
    let mut lines = Vec::new();
    for workload in &workloads {
        say(&format!("{} articles, PostgreSQL: {}", plan.articles, workload.name));
        let requests = plan.folder.join("requests");
        load::write(&requests, &workload.requests)?;
        let shape = workload::shape(&server.address, workload)?;
        let rounds = load::warm(&server.address, script, &requests)?;
        say(&format!("warm after {rounds} rounds"));
        let found = load::run(&server.address, script, &requests, plan.seconds)?;
        let bare = sqlite.iter().find(|line| line.name == workload.name).and_then(|line| line.bare);
        lines.push(Line {
            database: "PostgreSQL",
            name: workload.name,
            flat: workload.flat,
            shape,
            found,
            bare,
            database_alone: None,
        });
    }
    let peak = server.memory()?.1;
    drop(server);
    admin(&format!("ALTER DATABASE {NAME} SET log_statement = 'all'"))?;
    let mut log = ceiling::Log::open(plan.postgres_log.as_deref(), NAME)?;
    for (workload, line) in workloads.iter().zip(&mut lines) {
        say(&format!("{} articles, PostgreSQL alone: {}", plan.articles, workload.name));
        let server = Server::start(&mut serve()?, LISTEN)?;
        let scripts = ceiling::scripts(&mut log, LISTEN, workload, &plan.folder)?;
        drop(server);
        line.database_alone = Some(ceiling::per_second(
            &format!("{url}?options=-clog_statement%3Dnone"),
            &scripts,
            plan.seconds,
        )?);
    }
    admin(&format!("ALTER DATABASE {NAME} RESET log_statement"))?;
    let writing = match plan.only.contains(&Part::Writing) {
        true => {
            say(&format!("{} articles, PostgreSQL: saving and publishing", plan.articles));
            let (per_second, last) = writing::measure(&url, plan.seconds)?;
            let bare = writing::Postgres(&url).rate(&last, &plan.folder, plan.seconds)?;
            Some(Writing { database: "PostgreSQL", per_second, bare })
        }
        false => None,
    };
    admin(&format!("DROP DATABASE {NAME}"))?;
    let rates = lines.iter().map(|line| (line.name, line.found.per_second, line.flat)).collect();
    Ok(Measured {
        lines,
        storm: None,
        writing,
        scale: Scale { database: "PostgreSQL", articles: plan.articles, import, again, idle, peak, rates },
    })
}

/// Returns the workloads of readers, or none if reads are not measured.
fn workloads(plan: &Plan, address: &str, articles: usize) -> anyhow::Result<Vec<Workload>> {
    match plan.only.contains(&Part::Reads) {
        true => workload::all(address, articles, plan.seed),
        false => Ok(Vec::new()),
    }
}

/// Returns a command for the `broadsheet` binary in the folder of this one.
fn broadsheet() -> anyhow::Result<Command> {
    Ok(Command::new(std::env::current_exe()?.with_file_name("broadsheet")))
}

/// Imports generated articles twice from the same file. Returns the articles per second of each import.
fn import(plan: &Plan, url: &str, articles: usize) -> anyhow::Result<(f64, f64)> {
    say(&format!("importing {articles} articles into {url}"));
    let file = plan.folder.join("newsroom.jsonl");
    newsroom::write(articles, plan.seed, &mut BufWriter::new(fs::File::create(&file)?))?;
    let migrated = broadsheet()?.args(["migrate", "--database-url", url]).stdout(Stdio::null()).status()?;
    let once = || -> anyhow::Result<f64> {
        let begun = Instant::now();
        let done = broadsheet()?
            .args(["import", "jsonl", "--database-url", url])
            .arg(&file)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?;
        if !done.success() {
            bail!("the import failed");
        }
        Ok(articles as f64 / begun.elapsed().as_secs_f64())
    };
    let rates = (once()?, once()?);
    fs::remove_file(&file)?;
    if !migrated.success() {
        bail!("the migration failed");
    }
    Ok(rates)
}

/// Returns how many requests a second a bare handler answers with `bytes` bytes.
fn bare_rate(script: &Path, requests: &Path, bytes: usize) -> anyhow::Result<f64> {
    let mut command = Command::new(std::env::current_exe()?);
    let server = Server::start(command.args(["bare", BARE, &bytes.to_string()]), BARE)?;
    load::run(&server.address, script, requests, 1)?;
    Ok(load::run(&server.address, script, requests, 4)?.per_second)
}

fn forget(file: &Path) {
    for end in ["", "-wal", "-shm"] {
        // The file may not exist.
        let _ = fs::remove_file(format!("{}{end}", file.display()));
    }
}

fn say(what: &str) {
    // Ignore a closed standard error.
    let _ = writeln!(io::stderr(), "{what}");
}
