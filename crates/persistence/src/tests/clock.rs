//! Scheduled publication and expiry, including clocks that jump.

use domain::{
    access::{Caller, Role, Scopes},
    account::AccountId,
    article::{self, ArticleId, ArticleKey, ArticlePatch, Parts, Precondition, schedule},
    change::{Action, ChangeFilter, NewChange},
    context::Context,
    page::{Limit, PageRequest},
    store::{Repos, Store},
    term::{self, TermId, TermPatch},
    time::Time,
};

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};

use super::{TestDatabase, cx, on_both};
use crate::schema::clock;

/// The context of an administrator, `seconds` after the start of the test.
fn at(seconds: i64) -> Context<'static> {
    let id = AccountId::from_bytes([7; 16]);
    let caller = Caller::Account { id, role: Role::Admin, scopes: Scopes::ALL };
    Context { now: moment(seconds), caller, ..cx() }
}

fn moment(seconds: i64) -> Time {
    Time::from_micros(cx().now.micros() + seconds * 1_000_000)
}

fn write<R>(store: &dyn Store, work: impl FnOnce(&mut dyn Repos) -> domain::Result<R>) -> R {
    store.writing(work).expect("writes")
}

fn is_seen(store: &dyn Store, id: ArticleId, seconds: i64) -> bool {
    let read = store.reading(|repos| repos.cards(&[id], moment(seconds), Parts::NONE));
    !read.expect("reads").is_empty()
}

fn draft(store: &dyn Store, headline: &str) -> ArticleId {
    let new = ArticlePatch { headline: Some(headline.to_owned()), ..ArticlePatch::default() };
    write(store, |repos| article::create(&at(0), repos, &new, None)).id
}

fn publish(store: &dyn Store, id: ArticleId, seen: u32, now: i64, from: i64) {
    let (key, seen) = (ArticleKey::Id(id), Precondition::exactly(Some(seen)));
    write(store, |repos| article::publish(&at(now), repos, &key, seen, Some(moment(from)), None));
}

/// Creates the tag `moved`.
fn tag(store: &dyn Store) -> TermId {
    let new = TermPatch { name: Some("Moved".to_owned()), ..TermPatch::default() };
    let made =
        write(store, |repos| term::create(&at(0), repos, term::Role::Tag, &new, term::OnExisting::Refuse));
    term::Term::from(made).id
}

/// Returns the time before which no article is published or expires.
fn quiet_until(test: &TestDatabase) -> Time {
    let mut conn = test.address.connect().expect("connects");
    Time::from_micros(clock::table.select(clock::quiet_until).first(&mut conn).expect("reads"))
}

/// Returns the actions in the change log for an article, in order.
fn told(store: &dyn Store, id: ArticleId) -> Vec<String> {
    let page = PageRequest::first(Limit::new(100, "limit").expect("a limit"));
    let thing = id.to_string().parse().expect("a thing");
    let filter = ChangeFilter { thing: Some(thing), actor: None };
    let log = store.reading(|repos| domain::change::list(&at(0), repos, &filter, &page)).expect("reads");
    log.edges.iter().rev().map(|edge| edge.item.action.clone()).collect()
}

fn record(store: &dyn Store, now: i64) -> usize {
    write(store, |repos| schedule::record_due(&at(now), repos))
}

on_both![
    what_comes_and_goes_is_recorded_once,
    several_servers_record_each_once,
    a_clock_that_jumps_loses_nothing_and_records_nothing_twice,
    counts_follow_the_clock_whoever_writes_meanwhile,
    counting_again_looks_for_what_comes_next,
    requests_are_forgotten_after_a_day
];

fn what_comes_and_goes_is_recorded_once(test: &TestDatabase) {
    let store: &dyn Store = &test.database;
    let id = draft(store, "Soon");
    let patch = ArticlePatch { expires_at: Some(Some(moment(20))), ..ArticlePatch::default() };
    write(store, |repos| {
        article::edit(&at(0), repos, &ArticleKey::Id(id), &patch, Precondition::exactly(Some(1)))
    });
    publish(store, id, 2, 0, 10);
    let next = || store.reading(schedule::next_due).expect("reads");
    assert_eq!((record(store, 9), next()), (0, Some(moment(10))));
    assert_eq!((record(store, 10), next()), (1, Some(moment(20))));
    assert_eq!(record(store, 11), 0);
    // A server that was down records the change later.
    assert_eq!((record(store, 500), next()), (1, None));
    assert_eq!(told(store, id), ["created", "updated", "scheduled", "published", "expired"]);

    // Unpublishing or publishing again replaces the scheduled time.
    let id = draft(store, "Never");
    publish(store, id, 1, 0, 900);
    write(store, |repos| {
        article::unpublish(&at(0), repos, &ArticleKey::Id(id), Precondition::exactly(Some(2)), None)
    });
    let id = draft(store, "Sooner");
    publish(store, id, 1, 0, 900);
    publish(store, id, 2, 0, 600);
    assert_eq!(next(), Some(moment(600)));
    publish(store, id, 3, 0, 0);
    assert_eq!((next(), record(store, 1_000)), (None, 0));
}

fn several_servers_record_each_once(test: &TestDatabase) {
    let store: &dyn Store = &test.database;
    for n in 0..20 {
        let id = draft(store, &format!("Story {n}"));
        publish(store, id, 1, 0, 10);
    }
    let recorded: usize = std::thread::scope(|scope| {
        let servers: Vec<_> = (0..4).map(|_| scope.spawn(|| record(store, 10))).collect();
        servers.into_iter().map(|server| server.join().expect("ends")).sum()
    });
    assert_eq!(recorded, 20);
}

fn a_clock_that_jumps_loses_nothing_and_records_nothing_twice(test: &TestDatabase) {
    let store: &dyn Store = &test.database;
    let id = draft(store, "Jumping");
    publish(store, id, 1, 0, 10);
    // An hour back: the article is not visible yet, and writes still work.
    assert_eq!((is_seen(store, id, -3_600), record(store, -3_600)), (false, 0));
    let patch = ArticlePatch { kicker: Some(Some("K".to_owned())), ..ArticlePatch::default() };
    let now = write(store, |repos| {
        article::edit(&at(-3_600), repos, &ArticleKey::Id(id), &patch, Precondition::exactly(Some(2)))
    });
    assert_eq!((now.revision, now.published.map(|seen| seen.revision)), (3, Some(2)));
    // Forward: the article is visible, and its publication is recorded.
    assert_eq!((is_seen(store, id, 20), record(store, 20)), (true, 1));
    // Back again: visibility follows the time of the request, and nothing is recorded twice.
    assert_eq!((is_seen(store, id, 5), record(store, 5)), (false, 0));
    assert_eq!((is_seen(store, id, 30), record(store, 30)), (true, 0));
    assert_eq!(told(store, id), ["created", "scheduled", "updated", "published"]);
    // Times in the log never go back.
    let page = PageRequest::first(Limit::DEFAULT);
    let log = store.reading(|repos| domain::change::list(&at(0), repos, &ChangeFilter::default(), &page));
    let times: Vec<Time> = log.expect("reads").edges.iter().rev().map(|edge| edge.item.at).collect();
    assert!(times.is_sorted(), "{times:?}");
    // A year forward and back: a preview link that was signed with the later time stays valid.
    let offer = |now: i64| {
        write(store, |repos| article::offer_preview(&at(now), repos, &ArticleKey::Id(id), None, None)).0
    };
    let (later, sooner) = (offer(31_536_000), offer(40));
    let shown = |preview, now| {
        store.reading(|repos| article::previewed(&at(now), repos, &ArticleKey::Id(id), preview))
    };
    assert!(shown(&sooner, 41).is_ok() && shown(&sooner, 90_000).is_err());
    assert!(shown(&later, 41).is_ok());
}

fn counts_follow_the_clock_whoever_writes_meanwhile(test: &TestDatabase) {
    let store: &dyn Store = &test.database;
    let tag = tag(store);
    let counted = |seconds| {
        store.reading(|repos| Ok(repos.terms(&[tag], moment(seconds))?[0].article_count)).expect("reads")
    };
    let touch = |now: i64| {
        write(store, |repos| {
            repos.record(NewChange::of(&at(now), "tag", tag.0, Action::Updated));
            Ok(())
        });
    };
    let stay = |id, until: i64| {
        let patch = ArticlePatch {
            expires_at: Some(Some(moment(until))),
            tags: Some(vec!["moved".to_owned()]),
            ..ArticlePatch::default()
        };
        write(store, |repos| {
            article::edit(&at(0), repos, &ArticleKey::Id(id), &patch, Precondition::exactly(Some(1)))
        })
    };
    let now = draft(store, "Now");
    stay(now, 30);
    publish(store, now, 2, 0, 0);
    let later = draft(store, "Later");
    stay(later, 20);
    assert_eq!(quiet_until(test), moment(30), "the first goes then");
    publish(store, later, 2, 0, 10);
    assert_eq!(quiet_until(test), moment(10), "the second comes before that");
    assert_eq!([1, 9, 10, 19, 20, 29, 30].map(counted), [1, 1, 2, 2, 1, 1, 0], "nobody wrote since");
    touch(9);
    assert_eq!((quiet_until(test), counted(10)), (moment(10), 2));
    touch(12);
    assert_eq!((quiet_until(test), counted(12), counted(20)), (moment(20), 2, 1), "it came, and goes");
    // Two expiries pass between two writes, and the second write unpublishes an article.
    write(store, |repos| {
        article::unpublish(&at(40), repos, &ArticleKey::Id(now), Precondition::exactly(Some(3)), None)
    });
    assert_eq!((quiet_until(test), counted(40)), (Time::NEVER, 0));
}

fn counting_again_looks_for_what_comes_next(test: &TestDatabase) {
    let store: &dyn Store = &test.database;
    let later = draft(store, "Later");
    publish(store, later, 1, 0, 10);
    let mut conn = test.address.connect().expect("connects");
    diesel::update(clock::table).set(clock::quiet_until.eq(i64::MAX)).execute(&mut conn).expect("breaks");
    assert_eq!(write(store, |repos| repos.count_again()), 0, "no count was wrong");
    assert_eq!(quiet_until(test), moment(10));
}

fn requests_are_forgotten_after_a_day(test: &TestDatabase) {
    let store: &dyn Store = &test.database;
    let new = ArticlePatch { headline: Some("Once".to_owned()), ..ArticlePatch::default() };
    let create = |now: i64| write(store, |repos| article::create(&at(now), repos, &new, Some("key"))).id;
    let first = create(0);
    assert_eq!(create(86_000), first);
    assert_ne!(create(86_000 + 86_401), first, "a day after it was used first, it is another request's");
}
