//! Saves by concurrent writers, and the slugs and authors that saves leave.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use diesel::{Connection as _, ExpressionMethods, QueryDsl, RunQueryDsl, connection::InstrumentationEvent};
use domain::{
    access::{Caller, Role, Scopes},
    account::AccountId,
    article::{Article, ArticleId, ArticleKey, ArticlePatch, Precondition, edit},
    context::Context,
    error::Result,
    slug::Slug,
    store::{Repos, Store},
    term::{self, OnExisting, Role as TermRole, TermPatch},
};

use super::{TestDatabase, cx, on_both};
use crate::{
    conn::AnyConnection,
    rows::Key,
    schema::{article_path, article_slug, story_term},
    session::Session,
    store::{Begin, begin_on, finish},
};

fn editor() -> Context<'static> {
    let id = AccountId::from_bytes([7; 16]);
    Context { caller: Caller::Account { id, role: Role::Admin, scopes: Scopes::ALL }, ..cx() }
}

fn write<R>(store: &dyn Store, work: impl FnOnce(&mut dyn Repos) -> Result<R>) -> R {
    store.writing(work).expect("writes")
}

/// Takes back what migration 042 did.
#[expect(clippy::disallowed_methods, reason = "tests look at databases from outside")]
fn older(conn: &mut AnyConnection) {
    use diesel::connection::SimpleConnection as _;
    const OLD: &str = "DROP TABLE story_term;
        CREATE TABLE story_author (author BYTEA NOT NULL, article BYTEA NOT NULL, PRIMARY KEY (author, article));
        DELETE FROM schema_migration WHERE version = 42;";
    conn.batch_execute(
        &OLD.replace("BYTEA", if matches!(conn, AnyConnection::Sqlite(_)) { "BLOB" } else { "BYTEA" }),
    )
    .expect("goes back");
}

fn draft(store: &dyn Store, headline: &str) -> ArticleId {
    let new = ArticlePatch { headline: Some(headline.to_owned()), ..ArticlePatch::default() };
    write(store, |repos| domain::article::create(&editor(), repos, &new, None)).id
}

fn kicker(repos: &mut dyn Repos, id: ArticleId, seen: u32, kicker: &str) -> Result<Article> {
    let patch = ArticlePatch { kicker: Some(Some(kicker.to_owned())), ..ArticlePatch::default() };
    edit(&editor(), repos, &ArticleKey::Id(id), &patch, Precondition::exactly(Some(seen)))
}

/// Publishes an article with `n` tags, authors and alias paths, and then with others. Returns the number of
/// statements of the second publication, with the end of its transaction.
fn statements_of_a_publication(test: &TestDatabase, n: usize) -> u32 {
    let names = |role: TermRole, from: usize| -> Vec<String> {
        (from..from + n).map(|term| format!("{}-{n}-{term}", role.as_str())).collect()
    };
    let patch = |from: usize| ArticlePatch {
        headline: Some(format!("With {n}")),
        tags: Some(names(TermRole::Tag, from)),
        authors: Some(names(TermRole::Author, from)),
        alias_paths: Some((from..from + n).map(|path| format!("/{n}/{path}")).collect()),
        ..ArticlePatch::default()
    };
    let mut conn = test.address.connect().expect("connects");
    let counter = Arc::new(AtomicU32::new(0));
    let counted = counter.clone();
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { .. } = event {
            counted.fetch_add(1, Ordering::Relaxed);
        }
    });
    let mut write = |work: &mut dyn FnMut(&mut dyn Repos)| {
        counter.store(0, Ordering::Relaxed);
        begin_on(&mut conn, Begin::Write).expect("begins");
        let mut session = Session::new(&mut conn, Arc::default(), None);
        work(&mut session);
        let Session { conn, unit_of_work, .. } = session;
        unit_of_work.settle(conn).expect("settles");
        finish(conn, true).expect("commits");
        counter.load(Ordering::Relaxed)
    };
    let publish = |repos: &mut dyn Repos, id: ArticleId, seen| {
        let seen = Precondition::exactly(Some(seen));
        domain::article::publish(&editor(), repos, &ArticleKey::Id(id), seen, None, None).expect("publishes");
    };
    let mut id = None;
    write(&mut |repos| {
        for role in [TermRole::Tag, TermRole::Author] {
            for name in names(role, 0).into_iter().chain(names(role, n)) {
                let new = TermPatch { name: Some(name), ..TermPatch::default() };
                term::create(&editor(), repos, role, &new, OnExisting::Refuse).expect("makes a term");
            }
        }
        let made = domain::article::create(&editor(), repos, &patch(0), None).expect("writes").id;
        publish(repos, made, 1);
        id = Some(made);
    });
    let id = id.expect("an article");
    write(&mut |repos| {
        edit(&editor(), repos, &ArticleKey::Id(id), &patch(n), Precondition::exactly(Some(2)))
            .expect("edits");
        publish(repos, id, 3);
    })
}

on_both![
    a_publication_takes_as_many_statements_with_many_terms_and_paths,
    a_path_of_a_destroyed_article_can_be_taken,
    who_waits_for_an_article_gets_it_as_the_other_left_it,
    an_old_slug_is_given_up_and_a_present_one_is_not,
    an_article_is_its_authors_however_many,
    drafts_of_older_versions_are_filed_by_the_migration,
    an_article_keeps_as_many_old_slugs_as_it_had
];

fn a_publication_takes_as_many_statements_with_many_terms_and_paths(test: &TestDatabase) {
    assert_eq!(statements_of_a_publication(test, 1), statements_of_a_publication(test, 30));
}

fn a_path_of_a_destroyed_article_can_be_taken(test: &TestDatabase) {
    let store: &dyn Store = &test.database;
    let with_path = |headline: &str, path: &str| {
        let id = draft(store, headline);
        let patch = ArticlePatch { alias_paths: Some(vec![path.to_owned()]), ..ArticlePatch::default() };
        write(store, |repos| {
            let seen = |revision| Precondition::exactly(Some(revision));
            edit(&editor(), repos, &ArticleKey::Id(id), &patch, seen(1))?;
            domain::article::publish(&editor(), repos, &ArticleKey::Id(id), seen(2), None, None)
        });
        id
    };
    let owner = |path: &str| {
        let mut conn = test.address.connect().expect("connects");
        let paths = article_path::table.filter(article_path::path.eq(path)).select(article_path::article);
        paths.first::<Key>(&mut conn).expect("is there")
    };
    let gone = with_path("Gone", "/old");
    write(store, |repos| {
        repos.record(domain::change::NewChange::of(
            &editor(),
            "article",
            gone.bytes(),
            domain::change::Action::Deleted,
        ));
        repos.purge_article(gone, Some(cx().now))
    });
    assert_eq!(owner("/old"), gone.into());
    let next = with_path("Next", "/old");
    assert_eq!(owner("/old"), next.into());
}

fn who_waits_for_an_article_gets_it_as_the_other_left_it(test: &TestDatabase) {
    let store: &dyn Store = &test.database;
    let ids = [draft(store, "One"), draft(store, "Other")];
    let (begun, begins) = mpsc::channel();
    let found = thread::scope(|scope| {
        let waits = scope.spawn(move || {
            begins.recv().expect("the first has the article");
            store.writing(|repos| repos.articles_to_change(&ids)).expect("reads")
        });
        write(store, |repos| {
            kicker(repos, ids[0], 1, "First")?;
            begun.send(()).expect("somebody waits");
            thread::sleep(Duration::from_millis(300));
            Ok(())
        });
        waits.join().expect("ends")
    });
    let revisions =
        ids.map(|id| found.iter().find(|article| article.id == id).map(|article| article.revision));
    assert_eq!(revisions, [Some(2), Some(1)]);
    assert!(found.iter().any(|article| article.document.kicker.as_deref() == Some("First")));
}

fn an_old_slug_is_given_up_and_a_present_one_is_not(test: &TestDatabase) {
    let store: &dyn Store = &test.database;
    let owner = |slug: &str| {
        let mut conn = test.address.connect().expect("connects");
        article_slug::table
            .filter(article_slug::slug.eq(slug))
            .select((article_slug::article, article_slug::present))
            .first::<(Key, bool)>(&mut conn)
            .expect("is there")
    };
    let (one, other) = (draft(store, "One"), draft(store, "Other"));
    let saved = |id, slug: &str, known: &[&str], revision| {
        store.writing(|repos| {
            let mut article = repos.article_to_change(id)?.expect("is there");
            article.revision = revision;
            article.document.slug = slug.parse().expect("a slug");
            article.known_slugs =
                known.iter().map(|slug| (slug.parse::<Slug>().expect("a slug"), cx().now)).collect();
            repos.save_draft(&article)?;
            repos.record(domain::change::NewChange::of(
                &editor(),
                "article",
                id.bytes(),
                domain::change::Action::Updated,
            ));
            Ok(())
        })
    };
    saved(one, "one-again", &["one", "first"], 2).expect("saves");
    assert_eq!(
        [owner("one-again"), owner("one"), owner("first")],
        [(one.into(), true), (one.into(), false), (one.into(), false)]
    );
    // Another article can take an old slug, but not a present one. A refused save writes nothing.
    saved(other, "one", &["first"], 2).expect("saves");
    assert_eq!([owner("one"), owner("first")], [(other.into(), true), (one.into(), false)]);
    let refused = saved(other, "one-again", &[], 3).expect_err("is taken");
    assert_eq!(refused.code(), "article.slug_taken");
    assert_eq!([owner("one-again"), owner("one")], [(one.into(), true), (other.into(), true)]);
    // The first article has lost a slug, but still lists it as its own.
    saved(one, "one-again", &["one", "first"], 3).expect("saves");
    assert_eq!([owner("one"), owner("first")], [(other.into(), true), (one.into(), false)]);
}

fn an_article_is_its_authors_however_many(test: &TestDatabase) {
    let store: &dyn Store = &test.database;
    let id = draft(store, "Many");
    let save = |authors: std::ops::Range<u8>, revision| {
        write(store, |repos| {
            let mut article = repos.article_to_change(id)?.expect("is there");
            article.revision = revision;
            article.document.authors = authors.map(|n| domain::id::Id::from_bytes([n; 16])).collect();
            repos.save_draft(&article)?;
            repos.record(domain::change::NewChange::of(
                &editor(),
                "article",
                id.bytes(),
                domain::change::Action::Updated,
            ));
            Ok(())
        });
    };
    let owners = || {
        let mut conn = test.address.connect().expect("connects");
        let rows: Vec<Key> = story_term::table
            .filter(story_term::article.eq(Key::from(id)))
            .order(story_term::term)
            .select(story_term::term)
            .load(&mut conn)
            .expect("reads");
        rows.iter().map(|key| key.0[0]).collect::<Vec<_>>()
    };
    save(1..60, 2);
    assert_eq!(owners(), (1..60).collect::<Vec<u8>>());
    save(50..62, 3);
    assert_eq!(owners(), (50..62).collect::<Vec<u8>>());
}

fn drafts_of_older_versions_are_filed_by_the_migration(test: &TestDatabase) {
    let store: &dyn Store = &test.database;
    let id = draft(store, "Filed");
    write(store, |repos| {
        let mut article = repos.article_to_change(id)?.expect("is there");
        article.revision = 2;
        article.document.authors = vec![domain::id::Id::from_bytes([1; 16])];
        article.document.tags = vec![domain::id::Id::from_bytes([2; 16])];
        article.document.section = Some(domain::id::Id::from_bytes([3; 16]));
        repos.save_draft(&article)?;
        repos.record(domain::change::NewChange::of(
            &editor(),
            "article",
            id.bytes(),
            domain::change::Action::Updated,
        ));
        Ok(())
    });
    let mut conn = test.address.connect().expect("connects");
    older(&mut conn);
    assert_eq!(crate::migrate(&test.address).expect("migrates"), ["042_drafts_are_filed_under_their_terms"]);
    let rows: Vec<(Key, Key)> = story_term::table.order(story_term::term).load(&mut conn).expect("reads");
    assert_eq!(
        rows.iter().map(|(article, term)| (*article == id.into(), term.0[0])).collect::<Vec<_>>(),
        [(true, 1), (true, 2), (true, 3)]
    );
}

fn an_article_keeps_as_many_old_slugs_as_it_had(test: &TestDatabase) {
    let store: &dyn Store = &test.database;
    let id = draft(store, "Renamed");
    write(store, |repos| {
        let mut article = repos.article_to_change(id)?.expect("is there");
        article.revision = 2;
        article.known_slugs =
            (0..17_000).map(|n| (format!("old-{n}").parse::<Slug>().expect("a slug"), cx().now)).collect();
        repos.save_draft(&article)?;
        repos.record(domain::change::NewChange::of(
            &editor(),
            "article",
            id.bytes(),
            domain::change::Action::Updated,
        ));
        Ok(())
    });
    let known = store.reading(|repos| Ok(repos.articles(&[id])?.pop().expect("is there").known_slugs.len()));
    assert_eq!(known.expect("reads"), 17_000);
}
