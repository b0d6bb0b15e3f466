//! Black-box tests of the real binary, over HTTP and on the command line, on SQLite and PostgreSQL.
//!
//! Every test writes its own data. A test that cannot run, for example without PostgreSQL, fails and says
//! why; no test is skipped. [`support`] has the fixtures; tests of single crates are in the crates.

#![expect(
    clippy::expect_used,
    clippy::needless_pass_by_value,
    clippy::disallowed_methods,
    reason = "a test may panic, and looks at databases from outside"
)]

mod accounts;
mod addresses;
mod api_keys;
mod bad_input;
mod bodies;
mod bulk;
mod bylines;
mod changes;
mod colleagues;
mod collections;
mod commands;
mod connections;
mod costs;
mod crashes;
mod deployment;
mod desk;
mod documents;
mod drafts;
mod exchange;
mod graphql;
mod hidden;
mod http;
mod issuer;
mod lists;
mod lost_updates;
mod maintenance;
mod merging;
mod names;
mod naughty;
mod outage;
mod parity;
mod properties;
mod publishing_at_once;
mod reader;
mod reading;
mod related;
mod revisions;
mod rights;
mod roundtrip;
mod sessions;
mod site;
mod statements;
mod support;
mod terms;
mod threads;
mod upserts;
mod urls;
mod variables;
mod wordpress;
mod wordpress_addresses;
mod wordpress_bodies;
mod wordpress_people;
mod wordpress_plugins;
mod wordpress_words;
mod writing;
