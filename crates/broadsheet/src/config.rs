//! Configuration: every option is a flag, an environment variable and a key of a file. Flags win,
//! then the environment, then the file.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand, ValueEnum};
use domain::access::Role;
use persistence::Address;
use serde::Deserialize;

/// Options that several commands share.
#[derive(Args, Deserialize, Default)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Options {
    /// A file of options, one `name = "value"` a line; ./broadsheet.toml if it exists
    #[arg(long, global = true, env = "BROADSHEET_CONFIG", value_name = "FILE")]
    #[serde(skip)]
    config: Option<PathBuf>,

    /// Where the newsroom is kept: sqlite:<path> or postgres://user@host/name
    /// [default: sqlite:<data-dir>/broadsheet.db]
    #[arg(long, global = true, env = "BROADSHEET_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    #[serde(alias = "database_url")]
    database_url: Option<String>,

    /// The folder for everything that is kept in files [default: ./data]
    #[arg(long, global = true, env = "BROADSHEET_DATA_DIR", value_name = "DIR")]
    #[serde(alias = "data_dir")]
    data_dir: Option<PathBuf>,

    /// The address to serve at [default: 127.0.0.1:8080]
    #[arg(long, global = true, env = "BROADSHEET_LISTEN", value_name = "ADDRESS:PORT")]
    listen: Option<String>,

    /// Where readers reach this server, for absolute links; told from the request without it
    #[arg(long, global = true, env = "BROADSHEET_PUBLIC_URL", value_name = "URL")]
    #[serde(alias = "public_url")]
    public_url: Option<String>,

    /// Web origins whose pages may call the API, parted by commas, or * for all [default: *]
    #[arg(long, global = true, env = "BROADSHEET_CORS_ORIGINS", value_name = "ORIGINS")]
    #[serde(alias = "cors_origins")]
    cors_origins: Option<String>,

    /// Proxies whose X-Forwarded-… headers are believed, parted by commas
    #[arg(long, global = true, env = "BROADSHEET_TRUSTED_PROXIES", value_name = "ADDRESSES")]
    #[serde(alias = "trusted_proxies")]
    trusted_proxies: Option<String>,

    /// The OpenID Connect issuer whose tokens are taken besides Broadsheet's own: its `iss`
    #[arg(long, global = true, env = "BROADSHEET_OIDC_ISSUER", value_name = "URL")]
    #[serde(alias = "oidc_issuer")]
    oidc_issuer: Option<String>,

    /// What must be among the `aud` of its tokens
    #[arg(long, global = true, env = "BROADSHEET_OIDC_AUDIENCE", value_name = "NAME")]
    #[serde(alias = "oidc_audience")]
    oidc_audience: Option<String>,

    /// Where its keys are: the address of its JSON Web Key Set, or a file
    #[arg(long, global = true, env = "BROADSHEET_OIDC_JWKS", value_name = "URL or FILE")]
    #[serde(alias = "oidc_jwks")]
    oidc_jwks: Option<String>,

    /// How many revisions of an article to keep that readers never saw; those that they saw are always
    /// kept [default: all]
    #[arg(long, global = true, env = "BROADSHEET_KEEP_REVISIONS", value_name = "NUMBER")]
    #[serde(alias = "keep_revisions")]
    keep_revisions: Option<std::num::NonZeroU32>,

    /// Query parameters that only tell where a reader came from, comma-separated; paths resolve as if they were not
    /// there. A `*` at the end stands for anything [default: utm_*,fbclid,gclid,dclid,gbraid,wbraid,msclkid,
    /// twclid,ttclid,igshid,yclid,mc_cid,mc_eid,_ga,_gl]
    #[arg(long, global = true, env = "BROADSHEET_IGNORED_PARAMETERS", value_name = "NAMES")]
    #[serde(alias = "ignored_parameters")]
    ignored_parameters: Option<String>,

    /// Most connections to PostgreSQL that one server holds open
    /// [default: 4 for each core, from 5 to 32]
    #[arg(long, global = true, env = "BROADSHEET_DATABASE_CONNECTIONS", value_name = "NUMBER",
          value_parser = clap::value_parser!(u32).range(2..=1_000))]
    #[serde(alias = "database_connections")]
    database_connections: Option<u32>,

    /// Most connections of clients at once [default: 50000, or what the limit of open files allows]
    #[arg(long, global = true, env = "BROADSHEET_MAX_CONNECTIONS", value_name = "NUMBER",
          value_parser = clap::value_parser!(u32).range(10..=1_000_000))]
    #[serde(alias = "max_connections")]
    max_connections: Option<u32>,

    /// Most connections from one address, or from one /64 network of IPv6. Trusted proxies and this
    /// machine are exempt [default: 1000, or a quarter of --max-connections]
    #[arg(long, global = true, env = "BROADSHEET_CONNECTIONS_PER_ADDRESS", value_name = "NUMBER",
          value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    #[serde(alias = "connections_per_address")]
    connections_per_address: Option<u32>,

    /// How long a refresh token that was used still gives the same tokens, in seconds, at most 300: for two
    /// tabs that renew at once, or an answer that was lost [default: 30]
    #[arg(long, global = true, env = "BROADSHEET_REFRESH_GRACE", value_name = "SECONDS",
          value_parser = clap::value_parser!(u32).range(0..=300))]
    #[serde(alias = "refresh_grace")]
    refresh_grace: Option<u32>,

    /// How `serve` writes its log to standard error [default: text]
    #[arg(long, global = true, env = "BROADSHEET_LOG_FORMAT", value_name = "FORMAT")]
    #[serde(alias = "log_format")]
    log_format: Option<LogFormat>,

    /// Where readiness details answer; without it they answer nowhere
    #[arg(long, global = true, env = "BROADSHEET_OPERATOR_LISTEN", value_name = "ADDRESS:PORT")]
    #[serde(alias = "operator_listen")]
    operator_listen: Option<String>,
}

/// What campaigns, social networks and search engines add to addresses.
const IGNORED_PARAMETERS: &str =
    "utm_*,fbclid,gclid,dclid,gbraid,wbraid,msclkid,twclid,ttclid,igshid,yclid,mc_cid,mc_eid,_ga,_gl";

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Serve the newsroom over REST and GraphQL
    Serve {
        /// Bring a PostgreSQL schema up to date first; SQLite's always is
        #[arg(long, env = "BROADSHEET_MIGRATE")]
        migrate: bool,
    },
    /// Bring the database's schema up to date
    Migrate,
    /// Fill an empty database with a fictional newsroom to try things on
    Sample,
    /// Take a newsroom in, from WordPress or from JSON Lines
    Import {
        /// What the file is
        format: ImportFormat,
        /// The file; - for standard input
        file: PathBuf,
        /// Say what would happen, and write nothing
        #[arg(long)]
        dry_run: bool,
        /// The name under which what the file holds is known here [default: the site that a WXR
        /// file names, else the file's name]
        #[arg(long)]
        source: Option<String>,
        /// The zone of times that a WXR file gives without one, like Europe/Lisbon
        #[arg(long, default_value = "UTC", env = "BROADSHEET_TIME_ZONE")]
        time_zone: String,
        /// How to report
        #[arg(long, default_value = "text")]
        report: ReportFormat,
    },
    /// Write everything out as JSONL, which `import jsonl` takes in again
    Export {
        /// The file; - for standard output
        file: PathBuf,
    },
    /// Derive again what is derived: bodies, and the counts of articles and comments
    Reindex,
    /// Say what is wrong with configuration, database and data directory, and how to mend it
    Check,
    /// Write a copy of the database while it is served; for PostgreSQL, say which pg_dump to run
    Backup {
        /// The file to write; must not exist
        file: PathBuf,
    },
    /// Give accounts, change and close them
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
    /// Make and revoke keys with which programs act for somebody
    Key {
        #[command(subcommand)]
        command: KeyCommand,
    },
    /// Print the OpenAPI document
    Openapi,
    /// Print the GraphQL schema
    Sdl,
}

/// What to do with accounts.
#[derive(Subcommand)]
pub(crate) enum UserCommand {
    /// Give an account, and print a link by which its owner chooses a password
    Add {
        /// The e-mail address to sign in with
        email: String,
        /// What its owner is called [default: the address]
        #[arg(long)]
        name: Option<String>,
        /// What its owner may do
        #[arg(long)]
        role: RoleName,
        /// Read the password from standard input instead
        #[arg(long)]
        password_stdin: bool,
    },
    /// List all accounts
    List,
    /// Change an account; its owner meets the change at the next request
    Set {
        /// The account's e-mail address
        email: String,
        /// What its owner is called
        #[arg(long)]
        name: Option<String>,
        /// What its owner may do
        #[arg(long)]
        role: Option<RoleName>,
        /// Keep its owner out, or let its owner in again
        #[arg(long)]
        disabled: Option<bool>,
    },
    /// Print a link by which an account's owner chooses a new password
    Reset {
        /// The account's e-mail address
        email: String,
        /// Read the password from standard input instead
        #[arg(long)]
        password_stdin: bool,
    },
    /// Sign access tokens with a new key; it happens by itself every 90 days. Nobody is signed out
    RotateKey,
}

/// What to do with API keys.
#[derive(Subcommand)]
pub(crate) enum KeyCommand {
    /// Make a key, and print it this once
    Add {
        /// The e-mail address of the account that it acts for
        email: String,
        /// What it is for
        #[arg(long)]
        name: String,
        /// What it may do of what its owner may, parted by commas: articles:read, users:manage,
        /// changes:read, terms:write, collections:write, site:write
        #[arg(long, value_delimiter = ',', required = true)]
        scopes: Vec<String>,
        /// After so many days it is worth nothing, 365 at most
        #[arg(long, default_value_t = 90)]
        days: u32,
    },
    /// List the keys of an account, without their secrets
    List {
        /// The account's e-mail address
        email: String,
    },
    /// Revoke a key; it is worth nothing from then on
    Revoke {
        /// The account's e-mail address
        email: String,
        /// The key's id, as `list` shows it
        key: String,
    },
}

/// How the log is written.
#[derive(Clone, Copy, ValueEnum, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LogFormat {
    /// For people
    Text,
    /// One JSON object a line, for programs
    Json,
}

/// What somebody is in the newsroom.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum RoleName {
    /// Writes, and hands in
    Contributor,
    /// Writes, and publishes what is their own
    Author,
    /// Publishes what anybody wrote
    Editor,
    /// Gives accounts too
    Admin,
}

impl RoleName {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Contributor => "contributor",
            Self::Author => "author",
            Self::Editor => "editor",
            Self::Admin => "admin",
        }
    }
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Contributor => Self::Contributor,
            RoleName::Author => Self::Author,
            RoleName::Editor => Self::Editor,
            RoleName::Admin => Self::Admin,
        }
    }
}

impl From<Role> for RoleName {
    fn from(role: Role) -> Self {
        match role {
            Role::Contributor => Self::Contributor,
            Role::Author => Self::Author,
            Role::Editor => Self::Editor,
            Role::Admin => Self::Admin,
        }
    }
}

/// Formats that can be imported.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum ImportFormat {
    /// One JSON object a line
    Jsonl,
    /// WordPress's export (Tools → Export → All content)
    Wxr,
}

/// How an import reports.
#[derive(Clone, Copy, ValueEnum, PartialEq, Eq)]
pub(crate) enum ReportFormat {
    /// For people
    Text,
    /// For programs
    Json,
}

/// Options with their defaults filled in.
pub(crate) struct Settings {
    pub(crate) data_dir: PathBuf,
    pub(crate) database: Address,
    pub(crate) listen: String,
    pub(crate) public_url: Option<String>,
    pub(crate) cors_origins: Vec<String>,
    pub(crate) trusted_proxies: Vec<std::net::IpAddr>,
    pub(crate) operator_listen: Option<String>,
    pub(crate) ignored_parameters: Vec<String>,
    pub(crate) kept_revisions: Option<u32>,
    pub(crate) issuer: Option<IssuerSettings>,
    pub(crate) database_connections: Option<u32>,
    pub(crate) max_connections: Option<u32>,
    pub(crate) connections_per_address: Option<u32>,
    pub(crate) refresh_grace: std::time::Duration,
    pub(crate) log_format: LogFormat,
}

/// Whose tokens are taken besides our own.
pub(crate) struct IssuerSettings {
    pub(crate) name: String,
    pub(crate) audience: String,
    pub(crate) keys: String,
}

impl Options {
    /// Reads the file and fills in what was not said.
    pub(crate) fn settle(self) -> Result<Settings, String> {
        let file = match &self.config {
            Some(path) => read(path)?,
            None => match Path::new("broadsheet.toml") {
                path if path.exists() => read(path)?,
                _ => Self::default(),
            },
        };
        let data_dir = self.data_dir.or(file.data_dir).unwrap_or_else(|| "./data".into());
        let database = match self.database_url.or(file.database_url) {
            Some(url) => url.parse().map_err(|reason| format!("--database-url: {reason}"))?,
            None => Address::Sqlite(data_dir.join("broadsheet.db")),
        };
        let parts = |text: Option<String>| -> Vec<String> {
            let text = text.unwrap_or_default();
            text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
        };
        let cors_origins = match parts(self.cors_origins.or(file.cors_origins)) {
            none if none.is_empty() => vec!["*".to_owned()],
            origins => origins,
        };
        let trusted_proxies = parts(self.trusted_proxies.or(file.trusted_proxies))
            .iter()
            .map(|address| {
                address.parse().map_err(|_| format!("--trusted-proxies: {address} is not an IP address"))
            })
            .collect::<Result<_, _>>()?;
        let listen = self.listen.or(file.listen).unwrap_or_else(|| "127.0.0.1:8080".to_owned());
        let operator_listen = self.operator_listen.or(file.operator_listen);
        for (name, address) in [("--listen", Some(&listen)), ("--operator-listen", operator_listen.as_ref())]
        {
            let Some(address) = address else { continue };
            let named = address
                .rsplit_once(':')
                .is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok());
            if address.parse::<SocketAddr>().is_err() && !named {
                return Err(format!("{name}: {address} is not an address and a port, like 127.0.0.1:8080"));
            }
        }
        let public_url = self.public_url.or(file.public_url).map(|url| url.trim_end_matches('/').to_owned());
        if public_url.as_ref().is_some_and(|url| !url.starts_with("http://") && !url.starts_with("https://"))
        {
            return Err("--public-url: must begin with http:// or https://".to_owned());
        }
        let ignored_parameters = self.ignored_parameters.or(file.ignored_parameters);
        let ignored_parameters =
            parts(Some(ignored_parameters.unwrap_or_else(|| IGNORED_PARAMETERS.to_owned())));
        let prefix = public_url.as_ref().and_then(|url| url.splitn(4, '/').nth(3));
        if prefix.is_some_and(|prefix| !api::base::is_prefix(&format!("/{prefix}"))) {
            return Err(
                "--public-url: its path may have letters, digits and . - _ ~ between slashes".to_owned()
            );
        }
        let issuer = match (
            self.oidc_issuer.or(file.oidc_issuer),
            self.oidc_audience.or(file.oidc_audience),
            self.oidc_jwks.or(file.oidc_jwks),
        ) {
            (Some(name), Some(audience), Some(keys)) => Some(IssuerSettings { name, audience, keys }),
            (None, None, None) => None,
            _ => {
                let reason = "--oidc-issuer, --oidc-audience and --oidc-jwks: give all three or none";
                return Err(reason.to_owned());
            }
        };
        let refresh_grace = self.refresh_grace.or(file.refresh_grace).unwrap_or(30);
        Ok(Settings {
            database_connections: self.database_connections.or(file.database_connections),
            max_connections: self.max_connections.or(file.max_connections),
            connections_per_address: self.connections_per_address.or(file.connections_per_address),
            refresh_grace: std::time::Duration::from_secs(refresh_grace.into()),
            log_format: self.log_format.or(file.log_format).unwrap_or(LogFormat::Text),
            data_dir,
            database,
            listen,
            public_url,
            cors_origins,
            trusted_proxies,
            operator_listen,
            ignored_parameters,
            kept_revisions: self.keep_revisions.or(file.keep_revisions).map(std::num::NonZeroU32::get),
            issuer,
        })
    }
}

fn read(path: &Path) -> Result<Options, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    toml::from_str(&text).map_err(|error| format!("{}: {}", path.display(), error.message()))
}
