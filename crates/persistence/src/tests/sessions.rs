//! Expiry of sessions, tokens, password links and signing keys.
//!
//! The time of each request is set, so no test waits.

use std::time::Duration;

use domain::{
    access::{Caller, Role, Scopes},
    account::{self, Account, NewAccount, PasswordHash},
    context::Context,
    error::Result,
    secret::Digest,
    session::{self, Claim, Grant, KeyPurpose, SigningKey},
    store::{Repos, Store},
};

use super::{TestDatabase, cx, on_both};
use crate::Database;

const DAY: Duration = Duration::from_hours(24);

/// The context of an operator, `duration` after the start of the test.
fn later(duration: Duration) -> Context<'static> {
    Context { now: cx().now.after(duration), caller: Caller::Operator, ..cx() }
}

fn write<R>(database: &Database, work: impl FnOnce(&mut dyn Repos) -> Result<R>) -> R {
    (database as &dyn Store).writing(work).expect("works")
}

fn an_account(database: &Database) -> Account {
    write(database, |repos| {
        let new = NewAccount { email: "a@example.com".into(), name: "A".into(), role: Role::Editor };
        let made = account::create(&later(Duration::ZERO), repos, &new)?;
        account::set_password(&later(Duration::ZERO), repos, made.id, PasswordHash("hash".into()))
    })
}

fn signed_in(database: &Database, at: Duration) -> Grant {
    write(database, |repos| {
        let candidate = session::candidate(repos, "a@example.com")?;
        session::begin(&later(at), repos, candidate, true)
    })
}

fn renewed(database: &Database, grant: &Grant, at: Duration) -> Option<Grant> {
    renewed_by(database, grant, at, "browser")
}

/// Renews a session with a grace period of 30 seconds.
fn renewed_by(database: &Database, grant: &Grant, at: Duration, client: &str) -> Option<Grant> {
    let (token, client) = (grant.refresh_token.reveal(), Digest::of(client));
    write(database, |repos| session::renew(&later(at), repos, token, client, Duration::from_secs(30)))
}

on_both![
    a_session_lasts_for_thirty_days_after_it_was_renewed,
    a_used_refresh_token_gives_the_same_successor_for_thirty_seconds_and_then_ends_the_session,
    an_access_token_is_good_for_as_long_as_it_says,
    a_link_is_worth_something_for_a_day,
    a_password_that_was_changed_while_it_was_compared_does_not_count,
    keys_are_renewed_after_ninety_days_and_kept_while_they_may_be_needed,
    sessions_move_neither_the_log_nor_what_is_remembered_by_it
];

fn a_session_lasts_for_thirty_days_after_it_was_renewed(test: &TestDatabase) {
    an_account(&test.database);
    let begun = signed_in(&test.database, Duration::ZERO);
    let second = renewed(&test.database, &begun, DAY * 29).expect("renewed");
    let third = renewed(&test.database, &second, DAY * 58).expect("renewed");
    assert!(renewed(&test.database, &third, DAY * 88).is_none());
}

fn a_used_refresh_token_gives_the_same_successor_for_thirty_seconds_and_then_ends_the_session(
    test: &TestDatabase,
) {
    let second = Duration::from_secs(1);
    an_account(&test.database);
    let first = signed_in(&test.database, Duration::ZERO);
    let next = renewed(&test.database, &first, DAY).expect("renewed");
    let repeated = renewed(&test.database, &first, DAY + second * 29).expect("within the grace");
    assert_eq!(repeated.refresh_token.reveal(), next.refresh_token.reveal());
    assert_eq!(repeated.session, next.session, "it lasts as long as it did");
    let third = renewed(&test.database, &next, DAY + second * 29).expect("renewed");
    assert!(renewed(&test.database, &first, DAY + second * 30).is_none(), "the grace is over");
    assert!(renewed(&test.database, &third, DAY + second * 31).is_none(), "which ended the session");

    let first = signed_in(&test.database, DAY * 2);
    renewed(&test.database, &first, DAY * 2).expect("renewed");
    assert!(renewed_by(&test.database, &first, DAY * 2 + second, "thief").is_none(), "another client");

    // How a token was used is cleared once the grace period is over.
    let first = signed_in(&test.database, DAY * 3);
    let next = renewed(&test.database, &first, DAY * 3).expect("renewed");
    renewed(&test.database, &next, DAY * 4).expect("renewed");
    assert!(renewed(&test.database, &first, DAY * 3 + second).is_none());
}

fn an_access_token_is_good_for_as_long_as_it_says(test: &TestDatabase) {
    let owner = an_account(&test.database);
    let grant = signed_in(&test.database, Duration::ZERO);
    let expires_at = cx().now.after(session::ACCESS_LIFE);
    let claim = Claim { session: grant.session.id, account: owner.id, not_before: None, expires_at };
    let by = |key: &SigningKey, duration, claim: Claim| {
        write(&test.database, |repos| Ok(session::bearer(repos, &claim, key, later(duration).now).ok()))
    };
    let at = |duration, claim| by(&grant.key, duration, claim);
    let editor = Caller::Account { id: owner.id, role: Role::Editor, scopes: Scopes::ALL };
    assert_eq!(at(Duration::from_secs(899), claim), Some(editor));
    assert_eq!(at(Duration::from_secs(900), claim), None);
    let ahead = Claim { not_before: Some(cx().now.after(Duration::from_secs(5))), ..claim };
    assert_eq!(at(Duration::from_secs(4), ahead), None, "not yet");
    assert_eq!(at(Duration::from_secs(5), ahead), Some(editor));
    let of_another = Claim { account: account::AccountId::from_bytes([9; 16]), ..claim };
    assert_eq!(at(Duration::ZERO, of_another), None);

    let of_its_name = SigningKey { seed: [9; 32], ..grant.key.clone() };
    assert_eq!(by(&of_its_name, Duration::ZERO, claim), None, "another key has its name");
    let preview = write(&test.database, |repos| {
        session::rotate_key(&later(Duration::ZERO), repos, KeyPurpose::Preview)
    });
    assert_eq!(by(&preview, Duration::ZERO, claim), None, "a key for something else");
    write(&test.database, |repos| {
        repos.remove_signing_key(grant.key.id)?;
        session::rotate_key(&later(Duration::ZERO), repos, KeyPurpose::Access)
    });
    assert_eq!(at(Duration::ZERO, claim), None, "its key is gone");
}

fn a_link_is_worth_something_for_a_day(test: &TestDatabase) {
    let owner = an_account(&test.database);
    let link =
        write(&test.database, |repos| account::offer_password(&later(Duration::ZERO), repos, owner.id));
    let choose = |at| {
        let cx = Context { caller: Caller::Reader, ..later(at) };
        (&test.database as &dyn Store).writing(|repos| {
            account::choose_password(&cx, repos, link.secret.reveal(), PasswordHash("new".into()))
        })
    };
    assert_eq!(choose(DAY).expect_err("too late").code(), "link.worthless");
    assert_eq!(choose(DAY - Duration::from_secs(1)).map(|account| account.id).ok(), Some(owner.id));
}

fn a_password_that_was_changed_while_it_was_compared_does_not_count(test: &TestDatabase) {
    let owner = an_account(&test.database);
    let candidate = write(&test.database, |repos| session::candidate(repos, "a@example.com"));
    write(&test.database, |repos| {
        account::set_password(&later(Duration::ZERO), repos, owner.id, PasswordHash("new".into()))
    });
    let begun = (&test.database as &dyn Store)
        .writing(|repos| session::begin(&later(Duration::ZERO), repos, candidate.clone(), true));
    assert_eq!(begun.expect_err("refused").code(), "credentials.wrong");
}

fn keys_are_renewed_after_ninety_days_and_kept_while_they_may_be_needed(test: &TestDatabase) {
    an_account(&test.database);
    let keys = || write(&test.database, |repos| repos.signing_keys(KeyPurpose::Access));
    let first = signed_in(&test.database, Duration::ZERO).key;
    assert_eq!(signed_in(&test.database, DAY * 89).key, first);
    let second = signed_in(&test.database, DAY * 90).key;
    assert_ne!(second, first);
    assert_eq!(keys(), [second.clone(), first], "what the first has signed is good for a quarter of an hour");
    let third = signed_in(&test.database, DAY * 180).key;
    assert_eq!(keys(), [third, second]);
}

fn sessions_move_neither_the_log_nor_what_is_remembered_by_it(test: &TestDatabase) {
    an_account(&test.database);
    // The first sign-in creates a signing key, which is recorded in the log.
    signed_in(&test.database, Duration::ZERO);
    let last =
        || write(&test.database, |repos| Ok(repos.changes_after(0, 100)?.last().map(|change| change.seq)));
    let before = last();
    let grant = signed_in(&test.database, Duration::ZERO);
    renewed(&test.database, &grant, DAY);
    assert_eq!(last(), before);
}
