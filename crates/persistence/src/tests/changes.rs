//! The change log under concurrent writers.
//!
//! A change never commits after a change with a larger sequence number, so a follower at N misses nothing.

use std::sync::atomic::{AtomicBool, Ordering};

use domain::{
    change::{Action, NewChange},
    error::Kind,
    slug::Slug,
    store::{Repos, Store},
    term::{Role, Term, TermId},
};
use proptest::{
    prelude::{ProptestConfig, Strategy, any},
    test_runner::TestRunner,
};

use super::{TestDatabase, cx, on_both};

/// Writes a term and records `changes` changes of it. If `fails`, returns an error at the end.
fn write(store: &dyn Store, changes: usize, fails: bool) -> domain::Result<()> {
    store.writing(|repos: &mut dyn Repos| {
        let cx = cx();
        let id = TermId(cx.new_id::<()>().bytes());
        let name = format!("{id:?}");
        repos.save_term(&Term::named(id, Role::Tag, &name, Slug::of(&name, "tag")))?;
        for _ in 0..changes {
            repos.record(NewChange::of(&cx, "tag", id.0, Action::Created));
        }
        match fails {
            true => Err(domain::Error::invalid("test.failed", "this one fails")),
            false => Ok(()),
        }
    })
}

/// Reads the log as a follower does, until `done` is set and there are no new changes.
fn follow(store: &dyn Store, done: &AtomicBool) -> Vec<i64> {
    let mut read = Vec::new();
    loop {
        let finished = done.load(Ordering::SeqCst);
        let last = read.last().copied().unwrap_or(0);
        let changes = store.reading(|repos| repos.changes_after(last, 7)).expect("reads");
        read.extend(changes.iter().map(|change| change.seq));
        if changes.is_empty() && finished {
            return read;
        }
    }
}

fn hold(test: &TestDatabase, plans: &[Vec<(usize, bool)>]) {
    let store: &dyn Store = &test.database;
    let before = store.reading(|repos| Ok(all(repos))).expect("reads");
    let committed: usize =
        plans.iter().flatten().filter(|(_, fails)| !fails).map(|(changes, _)| changes).sum();
    let done = AtomicBool::new(false);
    let followed = std::thread::scope(|scope| {
        let readers: Vec<_> = (0..2).map(|_| scope.spawn(|| follow(store, &done))).collect();
        let writers: Vec<_> = plans
            .iter()
            .map(|plan| {
                scope.spawn(move || {
                    for (changes, fails) in plan {
                        assert_eq!(write(store, *changes, *fails).is_err(), *fails);
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.join().expect("a writer");
        }
        done.store(true, Ordering::SeqCst);
        readers.into_iter().map(|reader| reader.join().expect("a reader")).collect::<Vec<_>>()
    });
    let log = store.reading(|repos| Ok(all(repos))).expect("reads");
    assert_eq!(log.len() - before.len(), committed);
    let expected: Vec<i64> = (1..=log.len() as i64).collect();
    assert_eq!(log, expected, "every number is there once");
    for read in followed {
        assert_eq!(read, expected, "a follower saw every change, in order");
    }
}

fn all(repos: &mut dyn Repos) -> Vec<i64> {
    repos.changes_after(0, 1_000_000).expect("reads").iter().map(|change| change.seq).collect()
}

on_both![followers_miss_nothing, a_write_that_records_nothing_is_refused, a_rehearsal_keeps_nothing];

fn followers_miss_nothing(test: &TestDatabase) {
    let writer = proptest::collection::vec((1..4_usize, any::<bool>()), 1..8);
    let writers = proptest::collection::vec(writer, 2..5).no_shrink();
    let mut runner =
        TestRunner::new(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() });
    runner
        .run(&writers, |plans| {
            hold(test, &plans);
            Ok(())
        })
        .expect("holds");
}

fn a_write_that_records_nothing_is_refused(test: &TestDatabase) {
    let store: &dyn Store = &test.database;
    let error = write(store, 0, false).expect_err("refused");
    assert_eq!(error.kind(), Kind::Internal);
    let found = store.reading(|repos| repos.terms_named(Role::Tag, &[])).expect("reads");
    assert!(found.is_empty());
    assert!(store.reading(|repos| Ok(all(repos))).expect("reads").is_empty());
}

fn a_rehearsal_keeps_nothing(test: &TestDatabase) {
    let store: &dyn Store = &test.database;
    store
        .rehearsing(|repos| {
            let id = TermId(cx().new_id::<()>().bytes());
            repos.save_term(&Term::named(id, Role::Tag, "x", Slug::of("x", "tag")))?;
            assert_eq!(repos.terms(&[id], cx().now)?.len(), 1);
            Ok(())
        })
        .expect("rehearses");
    assert!(
        store.reading(|repos| repos.terms_named(Role::Tag, &["x".to_owned()])).expect("reads").is_empty()
    );
}
