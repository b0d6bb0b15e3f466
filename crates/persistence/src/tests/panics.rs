//! A use case that panics leaves neither an open transaction nor a lock.

use std::panic::{AssertUnwindSafe, catch_unwind};

use domain::store::Store as _;

use super::{TestDatabase, on_both};
use crate::Database;

on_both![a_connection_with_an_open_transaction_never_goes_back_to_the_pool];

fn a_connection_with_an_open_transaction_never_goes_back_to_the_pool(test: &TestDatabase) {
    // With a pool of one, the next transaction would get the same connection.
    let database = Database::open(&test.address, 1).expect("opens");
    for read in [true, false] {
        let panicked = catch_unwind(AssertUnwindSafe(|| match read {
            true => database.read(&mut |_| panic!("a fault")),
            false => database.write(&mut |repos| {
                repos.take_turn()?;
                panic!("a fault")
            }),
        }));
        assert!(panicked.is_err());
        // Other connections can take the lock at once.
        let other = Database::open(&test.address, 1).expect("opens");
        other.rehearse(&mut |repos| repos.take_turn()).expect("no lock is left");
        database.read(&mut |repos| repos.article_ids(None, 1).map(drop)).expect("reads");
        database.rehearse(&mut |repos| repos.take_turn()).expect("writes");
    }
}
