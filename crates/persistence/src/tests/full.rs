//! A full disk has an error of its own.

use diesel::connection::SimpleConnection as _;
use domain::error::Kind;

use crate::{conn::AnyConnection, error::unexpected, tests::TestDatabase};

#[test]
#[expect(clippy::disallowed_methods, reason = "a page limit simulates a full disk")]
fn what_sqlite_says_without_space_is_a_full_disk() {
    let test = TestDatabase::new(false);
    let AnyConnection::Sqlite(mut conn) = test.address.connect().expect("connects") else { return };
    let fill = "PRAGMA max_page_count = 1; CREATE TABLE filler (text TEXT); \
                INSERT INTO filler VALUES (hex(randomblob(1000000)));";
    let error = conn.batch_execute(fill).map_err(unexpected("fill")).expect_err("there is no space");
    assert_eq!((error.kind(), error.code()), (Kind::StorageFull, "server.storage_full"));
}
