//! Configuration: options and commands.
//!
//! Each option is a flag, an environment variable and a key of the configuration file. Flags take precedence
//! over the environment, and the environment over the file.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, anyhow, bail};
use clap::{Args, Subcommand, ValueEnum};
use domain::access::{Role, Scopes};
use persistence::Address;
use serde::Deserialize;

/// The options of all commands.
#[derive(Args, Deserialize, Default)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Options {
    /// Configuration file with one `name = "value"` per line [default: ./broadsheet.toml if it exists]
    #[arg(long, global = true, env = "BROADSHEET_CONFIG", value_name = "FILE")]
    #[serde(skip)]
    config: Option<PathBuf>,

    /// Database URL: sqlite:<path> or postgres://user@host/name
    /// [default: sqlite:<data-dir>/broadsheet.db]
    #[arg(long, global = true, env = "BROADSHEET_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    #[serde(alias = "database_url")]
    database_url: Option<String>,

    /// Data directory [default: ./data]
    #[arg(long, global = true, env = "BROADSHEET_DATA_DIR", value_name = "DIR")]
    #[serde(alias = "data_dir")]
    data_dir: Option<PathBuf>,

    /// Address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, global = true, env = "BROADSHEET_LISTEN", value_name = "ADDRESS:PORT")]
    listen: Option<String>,

    /// Public base URL of this server, used in absolute links [default: taken from each request]
    #[arg(long, global = true, env = "BROADSHEET_PUBLIC_URL", value_name = "URL")]
    #[serde(alias = "public_url")]
    public_url: Option<String>,

    /// Comma-separated web origins that CORS allows, or * for all [default: *]
    #[arg(long, global = true, env = "BROADSHEET_CORS_ORIGINS", value_name = "ORIGINS")]
    #[serde(alias = "cors_origins")]
    cors_origins: Option<String>,

    /// Comma-separated IP addresses of proxies whose X-Forwarded-… headers are trusted [default: none]
    #[arg(long, global = true, env = "BROADSHEET_TRUSTED_PROXIES", value_name = "ADDRESSES")]
    #[serde(alias = "trusted_proxies")]
    trusted_proxies: Option<String>,

    /// OpenID Connect issuer (`iss`) whose tokens are accepted besides Broadsheet's own
    #[arg(long, global = true, env = "BROADSHEET_OIDC_ISSUER", value_name = "URL")]
    #[serde(alias = "oidc_issuer")]
    oidc_issuer: Option<String>,

    /// Audience that the issuer's tokens must have in `aud`
    #[arg(long, global = true, env = "BROADSHEET_OIDC_AUDIENCE", value_name = "NAME")]
    #[serde(alias = "oidc_audience")]
    oidc_audience: Option<String>,

    /// The issuer's JSON Web Key Set: a URL or a file
    #[arg(long, global = true, env = "BROADSHEET_OIDC_JWKS", value_name = "URL or FILE")]
    #[serde(alias = "oidc_jwks")]
    oidc_jwks: Option<String>,

    /// Number of unpublished revisions to keep for each article; revisions that were published are always
    /// kept [default: all]
    #[arg(long, global = true, env = "BROADSHEET_KEEP_REVISIONS", value_name = "NUMBER")]
    #[serde(alias = "keep_revisions")]
    keep_revisions: Option<std::num::NonZeroU32>,

    /// Comma-separated tracking parameters, which are ignored when a path is resolved. A trailing `*` matches
    /// any ending [default: utm_*,fbclid,gclid,dclid,gbraid,wbraid,msclkid,twclid,ttclid,igshid,yclid,mc_cid,
    /// mc_eid,_ga,_gl]
    #[arg(long, global = true, env = "BROADSHEET_IGNORED_PARAMETERS", value_name = "NAMES")]
    #[serde(alias = "ignored_parameters")]
    ignored_parameters: Option<String>,

    /// Maximum number of PostgreSQL connections of one server
    /// [default: 4 per core, at least 5, at most 32]
    #[arg(long, global = true, env = "BROADSHEET_DATABASE_CONNECTIONS", value_name = "NUMBER",
          value_parser = clap::value_parser!(u32).range(2..=1_000))]
    #[serde(alias = "database_connections")]
    database_connections: Option<u32>,

    /// Maximum number of client connections [default: 50000, or fewer if the open-file limit requires it]
    #[arg(long, global = true, env = "BROADSHEET_MAX_CONNECTIONS", value_name = "NUMBER",
          value_parser = clap::value_parser!(u32).range(10..=1_000_000))]
    #[serde(alias = "max_connections")]
    max_connections: Option<u32>,

    /// Maximum number of client connections per IPv4 address or /64 IPv6 network. Trusted proxies and
    /// this machine are exempt [default: a quarter of --max-connections, at most 1000]
    #[arg(long, global = true, env = "BROADSHEET_CONNECTIONS_PER_ADDRESS", value_name = "NUMBER",
          value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    #[serde(alias = "connections_per_address")]
    connections_per_address: Option<u32>,

    /// Seconds during which a refresh token that was already used returns the same tokens again, for two
    /// browser tabs that renew at once or a response that was lost; at most 300 [default: 30]
    #[arg(long, global = true, env = "BROADSHEET_REFRESH_GRACE", value_name = "SECONDS",
          value_parser = clap::value_parser!(u32).range(0..=300))]
    #[serde(alias = "refresh_grace")]
    refresh_grace: Option<u32>,

    /// Format of the log that `serve` writes to standard error [default: text]
    #[arg(long, global = true, env = "BROADSHEET_LOG_FORMAT", value_name = "FORMAT")]
    #[serde(alias = "log_format")]
    log_format: Option<LogFormat>,

    /// Address and port for readiness details [default: none]
    #[arg(long, global = true, env = "BROADSHEET_OPERATOR_LISTEN", value_name = "ADDRESS:PORT")]
    #[serde(alias = "operator_listen")]
    operator_listen: Option<String>,
}

/// The default tracking parameters: those that campaigns, social networks and search engines add to URLs.
const IGNORED_PARAMETERS: &str =
    "utm_*,fbclid,gclid,dclid,gbraid,wbraid,msclkid,twclid,ttclid,igshid,yclid,mc_cid,mc_eid,_ga,_gl";

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Serve the REST and GraphQL APIs
    Serve {
        /// Run pending PostgreSQL migrations first; SQLite migrations always run
        #[arg(long, env = "BROADSHEET_MIGRATE")]
        migrate: bool,
    },
    /// Run pending database migrations
    Migrate,
    /// Fill an empty database with a fictional newsroom
    Sample,
    /// Import content from WordPress or from JSON Lines
    Import {
        /// Format of the file
        format: ImportFormat,
        /// File to import; - for standard input
        file: PathBuf,
        /// Report what would happen, without writing anything
        #[arg(long)]
        dry_run: bool,
        /// Name of the source, used to recognize items that are imported again [default: the site named in a
        /// WXR file, else the file name]
        #[arg(long)]
        source: Option<String>,
        /// Time zone of times in a WXR file that have none, for example Europe/Lisbon
        #[arg(long, default_value = "UTC", env = "BROADSHEET_TIME_ZONE")]
        time_zone: String,
        /// Post types of a WXR file to import as articles besides post and page, for example event,review
        #[arg(long, value_name = "TYPES", value_delimiter = ',')]
        post_types: Vec<String>,
        /// Format of the report
        #[arg(long, default_value = "text")]
        report: ReportFormat,
    },
    /// Export the content as JSON Lines, in the format of `import jsonl`
    Export {
        /// File to write; - for standard output
        file: PathBuf,
    },
    /// Rebuild derived data: bodies, and the counts of articles and comments
    Reindex,
    /// Check configuration, database and data directory, and suggest fixes
    Check,
    /// Copy a SQLite database while it is in use
    ///
    /// For PostgreSQL, this command makes no backup: it names the pg_dump command to run, and exits with status 1.
    Backup {
        /// File to write; must not exist
        file: PathBuf,
    },
    /// Manage accounts
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
    /// Manage API keys, with which programs act for an account
    Key {
        #[command(subcommand)]
        command: KeyCommand,
    },
    /// Print the OpenAPI document
    Openapi,
    /// Print the GraphQL schema
    Sdl,
}

/// The commands for accounts.
#[derive(Subcommand)]
pub(crate) enum UserCommand {
    /// Create an account and print a link for choosing its password
    Add {
        /// E-mail address, used to sign in
        email: String,
        /// Display name [default: the e-mail address]
        #[arg(long)]
        name: Option<String>,
        /// Role, which determines the permissions
        #[arg(long)]
        role: RoleName,
        /// Read the password from standard input instead of printing a link
        #[arg(long)]
        password_stdin: bool,
    },
    /// List all accounts
    List,
    /// Change an account; the change applies from the next request
    Set {
        /// E-mail address of the account
        email: String,
        /// Display name
        #[arg(long)]
        name: Option<String>,
        /// Role, which determines the permissions
        #[arg(long)]
        role: Option<RoleName>,
        /// Disable (true) or enable (false) the account
        #[arg(long)]
        disabled: Option<bool>,
    },
    /// Print a link for choosing a new password
    Reset {
        /// E-mail address of the account
        email: String,
        /// Read the password from standard input instead of printing a link
        #[arg(long)]
        password_stdin: bool,
    },
    /// Sign access tokens with a new key; sessions stay valid. This also happens automatically every 90 days
    RotateKey,
}

/// The commands for API keys.
#[derive(Subcommand)]
pub(crate) enum KeyCommand {
    /// Create a key and print it; it cannot be shown again
    Add {
        /// E-mail address of the account that the key acts for
        email: String,
        /// Purpose of the key
        #[arg(long)]
        name: String,
        #[arg(long, value_delimiter = ',', required = true, help = scopes_help())]
        scopes: Vec<String>,
        /// Days until the key expires (at most 365)
        #[arg(long, default_value_t = 90)]
        days: u32,
    },
    /// List the keys of an account, without their secrets
    List {
        /// E-mail address of the account
        email: String,
    },
    /// Revoke a key, effective immediately
    Revoke {
        /// E-mail address of the account
        email: String,
        /// Id of the key, as shown by `list`
        key: String,
    },
}

/// Returns the help of `key add --scopes`, with the scopes of all permissions.
fn scopes_help() -> String {
    let scopes = Scopes::ALL.names().join(", ");
    format!("Comma-separated scopes, which restrict the key to some of its owner's permissions: {scopes}")
}

/// The format of the log.
#[derive(Clone, Copy, ValueEnum, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LogFormat {
    /// Readable text
    Text,
    /// One JSON object per line
    Json,
}

/// The role of an account. Each role has all permissions of the roles before it.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum RoleName {
    /// Writes own articles and submits them
    Contributor,
    /// Publishes own articles
    Author,
    /// Edits and publishes all articles
    Editor,
    /// Manages accounts
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

/// The format of a file to import.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum ImportFormat {
    /// JSON Lines: one JSON object per line
    Jsonl,
    /// WordPress export (Tools → Export → All content)
    Wxr,
}

/// The format of an import report.
#[derive(Clone, Copy, ValueEnum, PartialEq, Eq)]
pub(crate) enum ReportFormat {
    /// Readable text
    Text,
    /// JSON, with every item
    Json,
}

/// The settings: options with defaults filled in.
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

/// An OpenID Connect issuer whose tokens are accepted besides our own.
pub(crate) struct IssuerSettings {
    pub(crate) name: String,
    pub(crate) audience: String,
    pub(crate) keys: String,
}

impl Options {
    /// Reads the configuration file, fills in defaults, and validates the values.
    pub(crate) fn resolve(self) -> anyhow::Result<Settings> {
        let file = match &self.config {
            Some(path) => read_file(path)?,
            None => match Path::new("broadsheet.toml") {
                path if path.exists() => read_file(path)?,
                _ => Self::default(),
            },
        };
        let data_dir = self.data_dir.or(file.data_dir).unwrap_or_else(|| "./data".into());
        let database = match self.database_url.or(file.database_url) {
            Some(url) => url.parse().map_err(anyhow::Error::msg).context("--database-url")?,
            None => Address::Sqlite(data_dir.join("broadsheet.db")),
        };
        let split_list = |text: Option<String>| -> Vec<String> {
            let text = text.unwrap_or_default();
            text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
        };
        let cors_origins = match split_list(self.cors_origins.or(file.cors_origins)) {
            none if none.is_empty() => vec!["*".to_owned()],
            origins => origins,
        };
        let trusted_proxies = split_list(self.trusted_proxies.or(file.trusted_proxies))
            .iter()
            .map(|address| {
                address.parse().map_err(|_| anyhow!("--trusted-proxies: {address} is not an IP address"))
            })
            .collect::<anyhow::Result<_>>()?;
        let listen = self.listen.or(file.listen).unwrap_or_else(|| "127.0.0.1:8080".to_owned());
        let operator_listen = self.operator_listen.or(file.operator_listen);
        for (name, address) in [("--listen", Some(&listen)), ("--operator-listen", operator_listen.as_ref())]
        {
            let Some(address) = address else { continue };
            let named = address
                .rsplit_once(':')
                .is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok());
            if address.parse::<SocketAddr>().is_err() && !named {
                bail!("{name}: {address} is not an address and a port, for example 127.0.0.1:8080");
            }
        }
        let public_url = self.public_url.or(file.public_url).map(|url| url.trim_end_matches('/').to_owned());
        if public_url.as_ref().is_some_and(|url| !url.starts_with("http://") && !url.starts_with("https://"))
        {
            bail!("--public-url: must begin with http:// or https://");
        }
        let ignored_parameters = self.ignored_parameters.or(file.ignored_parameters);
        let ignored_parameters =
            split_list(Some(ignored_parameters.unwrap_or_else(|| IGNORED_PARAMETERS.to_owned())));
        let prefix = public_url.as_ref().and_then(|url| url.splitn(4, '/').nth(3));
        if prefix.is_some_and(|prefix| !api::http::base::is_prefix(&format!("/{prefix}"))) {
            bail!("--public-url: the path may contain only letters, digits, . - _ ~ and single slashes");
        }
        let issuer = match (
            self.oidc_issuer.or(file.oidc_issuer),
            self.oidc_audience.or(file.oidc_audience),
            self.oidc_jwks.or(file.oidc_jwks),
        ) {
            (Some(name), Some(audience), Some(keys)) => Some(IssuerSettings { name, audience, keys }),
            (None, None, None) => None,
            _ => bail!("--oidc-issuer, --oidc-audience and --oidc-jwks: give all three or none"),
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

fn read_file(path: &Path) -> anyhow::Result<Options> {
    let name = || path.display().to_string();
    let text = std::fs::read_to_string(path).with_context(name)?;
    // The whole error has several lines, with an excerpt of the file.
    toml::from_str(&text).map_err(|error| anyhow::Error::msg(error.message().to_owned())).with_context(name)
}
