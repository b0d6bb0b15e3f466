//! `broadsheet serve`: serves the REST and GraphQL APIs.

use std::{
    io::{IsTerminal as _, Write},
    net::TcpListener,
    sync::Arc,
    thread::available_parallelism,
};

use anyhow::Context as _;
use api::{
    app::{App, Parts},
    http::base::Base,
    http::server,
};
use persistence::Address;
use tracing_subscriber::EnvFilter;

use super::migrate;
use crate::{
    config::{LogFormat, Settings},
    files, issuer,
    passwords::Argon2id,
    system::{self, MachineRandomness},
};

pub(crate) fn run(settings: &Settings, migrate: bool) -> anyhow::Result<()> {
    start_log(settings.log_format);
    let workers = available_parallelism().map_or(2, usize::from);
    // More than one per core, because use cases wait for PostgreSQL or the disk. Each takes a connection
    // and its memory.
    let at_once = match settings.database {
        Address::Sqlite(_) => workers * 2,
        Address::Postgres(_) => {
            let default = u32::try_from(workers * 4).unwrap_or(32).clamp(5, 32);
            usize::try_from(settings.database_connections.unwrap_or(default)).unwrap_or(5)
        }
    };
    let connections = match settings.database {
        // Short reads run on the worker threads without a slot, so each worker may need a connection too.
        Address::Sqlite(_) => at_once + workers,
        Address::Postgres(_) => at_once,
    };
    let connections = u32::try_from(connections).unwrap_or(10);
    let max_connections = files::max_connections(settings.max_connections, connections);
    let database = migrate::open_for_serving(settings, migrate, connections)?;
    let app = App::new(Parts {
        store: Arc::new(database),
        now: system::now,
        randomness: Arc::new(MachineRandomness),
        issuer: settings.issuer.as_ref().map(issuer::watch),
        passwords: Arc::new(Argon2id::new()?),
        at_once,
        public_base: settings.public_url.as_deref().map(Base::named),
        refresh_grace: settings.refresh_grace,
        ignored_parameters: settings.ignored_parameters.clone(),
        kept_revisions: settings.kept_revisions,
    });
    let listener = bind(&settings.listen)?;
    let operators = settings.operator_listen.as_deref().map(bind).transpose()?;
    announce(settings, &listener, operators.as_ref())?;
    let serving = server::Settings {
        listener,
        operators,
        cors_origins: settings.cors_origins.clone(),
        trusted_proxies: settings.trusted_proxies.clone(),
        workers,
        connections: max_connections,
        connections_per_address: settings
            .connections_per_address
            .and_then(|number| usize::try_from(number).ok())
            .unwrap_or_else(|| (max_connections / 4).clamp(1, 1_000)),
    };
    actix_web::rt::System::new().block_on(server::run(app, serving))?;
    Ok(())
}

/// Starts the log on standard error. The connection errors of the HTTP library are not logged, because
/// clients could fill the log with them; each request has a line with the target `access`.
fn start_log(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| "warn,broadsheet=info,access=info,actix_http=off".into());
    let log = tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(filter);
    match format {
        LogFormat::Text => log.with_ansi(std::io::stderr().is_terminal()).init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
}

fn bind(address: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).with_context(|| format!("cannot listen at {address}"))
}

/// Prints the URLs of the server. They are written at once, so that a program can read the port from the
/// first line and close the pipe.
fn announce(
    settings: &Settings,
    listener: &TcpListener,
    operators: Option<&TcpListener>,
) -> std::io::Result<()> {
    let base = format!("http://{}", listener.local_addr()?);
    let mut said = format!(
        "Broadsheet serves {} at {base}\n  \
         REST      {base}/v1/articles, documentation at {base}/docs\n  \
         GraphQL   {base}/graphql, editor at {base}/graphiql\n  \
         OpenAPI   {base}/openapi.json\n  \
         SDL       {base}/schema.graphql\n",
        settings.database,
    );
    if let Some(operators) = operators {
        said += &format!("  operators http://{}/health/ready\n", operators.local_addr()?);
    }
    let mut out = std::io::stdout().lock();
    out.write_all(said.as_bytes())?;
    out.flush()
}
