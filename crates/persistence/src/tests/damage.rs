//! A row that this program cannot have written is an error that names the column, and not another thing.

use std::{error::Error as _, sync::Arc};

use diesel::{ExpressionMethods, QueryDsl, QueryResult, RunQueryDsl};
use domain::{
    access::{Caller, Role as AccountRole, Scopes},
    account::AccountId,
    article::{ArticleKey, ArticlePatch, Parts, Precondition},
    context::Context,
    error::{Kind, Result},
    store::{Repos, Store},
    term::{self, OnExisting, Role, TermPatch},
};

use super::{TestDatabase, cx, on_both};
use crate::{
    conn::AnyConnection,
    rows::ROOT,
    schema::{article, revision, story, term as stored_term},
    session::Session,
    store::{Begin, begin_on, finish},
};

fn editor() -> Context<'static> {
    let id = AccountId::from_bytes([7; 16]);
    Context { caller: Caller::Account { id, role: AccountRole::Editor, scopes: Scopes::ALL }, ..cx() }
}

type Damage<'d> = &'d dyn Fn(&mut AnyConnection) -> QueryResult<usize>;
type Read<'r> = &'r dyn Fn(&mut dyn Repos) -> Result<()>;

on_both![a_damaged_row_is_an_error_and_not_another_thing];

fn a_damaged_row_is_an_error_and_not_another_thing(test: &TestDatabase) {
    let store: &dyn Store = &test.database;
    let (tag, id) = store
        .writing(|repos| {
            let new = TermPatch { name: Some("Storm".into()), ..TermPatch::default() };
            term::create(&editor(), repos, Role::Tag, &new, OnExisting::Refuse)?;
            let tag = term::get(&editor(), repos, Role::Tag, "storm")?.id;
            let new = ArticlePatch {
                headline: Some("One".into()),
                tags: Some(vec!["storm".into()]),
                ..ArticlePatch::default()
            };
            let id = domain::article::create(&editor(), repos, &new, None)?.id;
            let seen = Precondition::exactly(Some(1));
            domain::article::publish(&editor(), repos, &ArticleKey::Id(id), seen, None, None)?;
            Ok((tag, id))
        })
        .expect("writes");
    let tags = stored_term::table.filter(stored_term::id.ne(ROOT));
    let read_tag = |repos: &mut dyn Repos| repos.terms(&[tag], cx().now).map(drop);
    let read_card = |repos: &mut dyn Repos| repos.cards(&[id], cx().now, Parts::ALL).map(drop);
    let read_story = |repos: &mut dyn Repos| repos.articles(&[id]).map(drop);
    let cases: [(&str, Damage<'_>, Read<'_>); 9] = [
        ("term.role", &|conn| diesel::update(tags).set(stored_term::role.eq(9)).execute(conn), &read_tag),
        (
            "term.revision",
            &|conn| diesel::update(tags).set(stored_term::revision.eq(-1)).execute(conn),
            &read_tag,
        ),
        (
            "term.tag_type",
            &|conn| diesel::update(tags).set(stored_term::tag_type.eq("riddle")).execute(conn),
            &read_tag,
        ),
        ("term.links", &|conn| diesel::update(tags).set(stored_term::links.eq("[")).execute(conn), &read_tag),
        (
            "article.terms",
            &|conn| diesel::update(article::table).set(article::terms.eq(vec![1_u8])).execute(conn),
            &read_card,
        ),
        (
            "article.terms",
            &|conn| diesel::update(article::table).set(article::terms.eq(vec![9_u8; 17])).execute(conn),
            &read_card,
        ),
        (
            "article.kind",
            &|conn| diesel::update(article::table).set(article::kind.eq("riddle")).execute(conn),
            &read_card,
        ),
        (
            "story.published_revision",
            &|conn| diesel::update(story::table).set(story::published_revision.eq(None::<i32>)).execute(conn),
            &read_story,
        ),
        (
            "revision.document",
            &|conn| diesel::update(revision::table).set(revision::document.eq("{}")).execute(conn),
            &read_story,
        ),
    ];
    let mut conn = test.address.connect().expect("connects");
    for (column, damage, read) in cases {
        begin_on(&mut conn, Begin::Write).expect("begins");
        read(&mut Session::new(&mut conn, Arc::default(), None)).expect("is not damaged yet");
        assert!(damage(&mut conn).expect("damages") > 0, "{column}");
        let error = read(&mut Session::new(&mut conn, Arc::default(), None)).expect_err(column);
        finish(&mut conn, false).expect("rolls back");
        assert_eq!(error.kind(), Kind::Internal, "{column}: {error}");
        let cause = error.source().expect("a cause").to_string();
        assert!(cause.starts_with(&format!("{column}: ")), "{column}: {cause}");
    }
}
