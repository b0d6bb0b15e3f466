//! Black-box tests: the real binary, over HTTP and on the command line, on SQLite and PostgreSQL.
//!
//! Tests write their own data. One that cannot run fails and says why; none is skipped.

mod bad_input;
mod commands;
mod documents;
mod exchange;
mod http;
mod lists;
mod outage;
mod parity;
mod reading;
mod related;
mod statements;
mod support;
