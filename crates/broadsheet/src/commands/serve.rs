//! Serves the newsroom over REST and GraphQL.

use std::{
    io::{IsTerminal as _, Write},
    net::TcpListener,
    sync::Arc,
    thread::available_parallelism,
};

use api::{
    app::{App, Parts},
    server,
};

use persistence::Address;

use super::migrate;
use crate::{
    config::Settings,
    issuer,
    passwords::Argon2id,
    world::{self, MachineRandomness},
};

pub(crate) fn run(settings: &Settings, migrate: bool) -> Result<(), String> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env()
                .unwrap_or_else(|_| "warn,broadsheet=info".into()),
        )
        .init();
    let workers = available_parallelism().map_or(2, usize::from);
    // Use cases wait for PostgreSQL, and for the disk now and then; some more than there are cores
    // keep these busy. Each costs the memory of a connection.
    let at_once = match settings.database {
        Address::Sqlite(_) => workers * 2,
        Address::Postgres(_) => workers * 4,
    };
    // Short reads do not wait for a turn: each thread that serves may need a connection besides.
    let database = migrate::open(settings, migrate, u32::try_from(at_once + workers).unwrap_or(10))?;
    let app = App::new(Parts {
        store: Arc::new(database),
        now: world::now,
        randomness: Arc::new(MachineRandomness),
        issuer: settings.issuer.as_ref().map(issuer::watched),
        passwords: Arc::new(Argon2id::new().map_err(|error| error.to_string())?),
        at_once,
        public_url: settings.public_url.clone(),
        ignored_parameters: settings.ignored_parameters.clone(),
        kept_revisions: settings.kept_revisions,
    });
    let listener = bind(&settings.listen)?;
    let operators = settings.operator_listen.as_deref().map(bind).transpose()?;
    announce(settings, &listener, operators.as_ref()).map_err(|error| error.to_string())?;
    let serving = server::Settings {
        listener,
        operators,
        cors_origins: settings.cors_origins.clone(),
        trusted_proxies: settings.trusted_proxies.clone(),
        workers,
    };
    actix_web::rt::System::new().block_on(server::run(app, serving)).map_err(|error| error.to_string())
}

fn bind(address: &str) -> Result<TcpListener, String> {
    TcpListener::bind(address).map_err(|error| format!("cannot listen at {address}: {error}"))
}

/// Says where everything is, in one piece, so that whoever closes the pipe after the first line, which
/// tells programs which port was taken, is no obstacle.
fn announce(
    settings: &Settings,
    listener: &TcpListener,
    operators: Option<&TcpListener>,
) -> std::io::Result<()> {
    let base = format!("http://{}", listener.local_addr()?);
    let mut said = format!(
        "Broadsheet serves {} at {base}\n  \
         REST      {base}/v1/articles, to read and try at {base}/docs\n  \
         GraphQL   {base}/graphql, to try at {base}/graphiql\n  \
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
