//! Query plans: lists scan an index in their sort order, and lookups use an index.
//!
//! These tests record the queries that the code really runs, and `EXPLAIN` them on both databases.

use std::sync::{Arc, Mutex};

use diesel::{Connection, QueryableByName, RunQueryDsl, connection::InstrumentationEvent, sql_types::Text};
use domain::{
    article::{Conditions, DeskSelection, DeskTerms, DisplayStatus, Selection, Sort},
    page::{Fingerprint, Limit, PageRequest, Position, SortValue, Window},
    store::{ArticleLists, Articles, Changes, Comments, Desk, MediaLibrary, Stories, Terms},
    term::{Role, TermId, TermKey},
    time::Time,
};

use super::TestDatabase;
use crate::{conn::AnyConnection, session::Session};

#[derive(QueryableByName)]
struct SqliteStep {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[derive(QueryableByName)]
struct PostgresStep {
    #[diesel(sql_type = Text)]
    #[diesel(column_name = "QUERY PLAN")]
    step: String,
}

/// Inserts the bound values into the text of a query, as Diesel shows both.
fn with_values(shown: &str) -> String {
    let (text, binds) = shown.rsplit_once(" -- binds: ").expect("a query with values");
    let binds: Vec<String> = serde_json::from_str::<Vec<serde_json::Value>>(&quoted_keys(binds))
        .expect("values")
        .into_iter()
        .map(|value| match value {
            serde_json::Value::String(text) if text.starts_with("key:") => text["key:".len()..].to_owned(),
            serde_json::Value::String(text) => format!("'{text}'"),
            // A set of ids is one value on PostgreSQL.
            serde_json::Value::Array(ids) => {
                let ids: Vec<_> =
                    ids.iter().map(|id| id.as_str().expect("an id")["key:".len()..].to_owned()).collect();
                format!("ARRAY[ {} ]", ids.join(" , "))
            }
            other => other.to_string(),
        })
        .collect();
    let mut next = binds.into_iter();
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['?', '$']) {
        out.push_str(&rest[..at]);
        out.push_str(&next.next().expect("a value for each place"));
        rest = rest[at + 1..].trim_start_matches(|c: char| c.is_ascii_digit());
    }
    out + rest
}

/// Replaces each `Key([1, 1, …])` with a JSON string of `key:` and its hexadecimal digits.
fn quoted_keys(binds: &str) -> String {
    let mut out = String::new();
    let mut rest = binds;
    while let Some(at) = rest.find("Key([") {
        out.push_str(&rest[..at]);
        let end = rest[at..].find("])").expect("an end") + at;
        let hex: String = rest[at + 5..end]
            .split(", ")
            .map(|byte| format!("{:02x}", byte.parse::<u8>().expect("a byte")))
            .collect();
        out.push_str(&format!("\"key:{hex}\""));
        rest = &rest[end + 2..];
    }
    out + rest
}

/// Lists articles and returns the query plan.
fn plan(test: &TestDatabase, selection: &Selection, sort: Sort, window: &Window) -> String {
    plan_of(test, |session| {
        let now = Time::from_micros(i64::MAX / 2);
        session.article_positions(std::slice::from_ref(selection), sort, window, now).expect("lists");
    })
}

/// Runs `run` and returns the plan of its last query.
fn plan_of(test: &TestDatabase, run: impl FnOnce(&mut Session<'_>)) -> String {
    plans_of(test, run).pop().expect("a query")
}

/// Runs `run` and returns the plan of each of its queries.
fn plans_of(test: &TestDatabase, run: impl FnOnce(&mut Session<'_>)) -> Vec<String> {
    let mut conn = test.address.connect().expect("connects");
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let caught = seen.clone();
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            caught.lock().expect("a lock").push(query.to_string());
        }
    });
    run(&mut Session::new(&mut conn, Arc::default(), None));
    let shown = std::mem::take(&mut *seen.lock().expect("a lock"));
    shown.iter().map(|shown| explained(&mut conn, &with_values(shown))).collect()
}

#[expect(clippy::disallowed_methods, reason = "tests look at databases from outside")]
fn explained(conn: &mut AnyConnection, query: &str) -> String {
    match conn {
        AnyConnection::Sqlite(conn) => {
            let query = blobs(query, |hex| format!("x'{hex}'"));
            let steps: Vec<SqliteStep> =
                diesel::sql_query(format!("EXPLAIN QUERY PLAN {query}")).load(conn).expect("explains");
            steps.iter().map(|step| step.detail.as_str()).collect::<Vec<_>>().join("\n")
        }
        AnyConnection::Postgres(conn) => {
            let query = blobs(query, |hex| format!("'\\x{hex}'::bytea"));
            // PostgreSQL prefers to scan an empty table. Without these kinds of plans, it shows whether it
            // can use an index.
            for setting in ["enable_seqscan", "enable_bitmapscan", "enable_sort"] {
                diesel::sql_query(format!("SET {setting} = off")).execute(conn).expect("set");
            }
            let steps: Vec<PostgresStep> =
                diesel::sql_query(format!("EXPLAIN {query}")).load(conn).expect("explains");
            steps.iter().map(|step| step.step.as_str()).collect::<Vec<_>>().join("\n")
        }
    }
}

/// Replaces the 32 hexadecimal digits of each id with a literal of the database.
fn blobs(query: &str, literal: impl Fn(&str) -> String) -> String {
    query
        .split(' ')
        .map(|word| {
            let digits = word.trim_end_matches([')', ',']).trim_start_matches('(');
            match digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                true => word.replace(digits, &literal(digits)),
                false => word.to_owned(),
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

fn windows(sort: Sort) -> Vec<Window> {
    let list = Fingerprint::of(&"plans");
    let value = match sort {
        Sort::HeadlineAsc => SortValue::Text("m".to_owned()),
        _ => SortValue::Number(5),
    };
    let cursor = Position { value, id: [9; 16] }.cursor(list);
    let first = PageRequest::first(Limit::DEFAULT);
    let after = PageRequest { after: Some(cursor.clone()), ..first.clone() };
    let before =
        PageRequest { before: Some(cursor), direction: domain::page::Direction::Backward, ..first.clone() };
    [first, after, before].iter().map(|request| request.open(list).expect("opens")).collect()
}

#[test]
fn flat_lists_walk_an_index_in_order() {
    let some = TermId([1; 16]);
    let selections = [
        Selection::default(),
        Selection { walk: Some(vec![some]), ..Selection::default() },
        Selection {
            walk: Some(vec![some]),
            all: vec![vec![TermId([2; 16])]],
            none: vec![TermId([3; 16])],
            ..Selection::default()
        },
        Selection {
            conditions: Conditions {
                language: Some("en".parse().expect("a language")),
                ..Conditions::default()
            },
            ..Selection::default()
        },
    ];
    for postgres in [false, true] {
        let test = TestDatabase::new(postgres);
        for selection in &selections {
            for (sort, index) in [
                (Sort::PublishedAtDesc, "article_term_by_published_at"),
                (Sort::PublishedAtAsc, "article_term_by_published_at"),
                (Sort::ModifiedAtDesc, "article_term_by_modified_at"),
                (Sort::ModifiedAtAsc, "article_term_by_modified_at"),
                (Sort::HeadlineAsc, "article_term_by_headline"),
            ] {
                for window in windows(sort) {
                    let plan = plan(&test, selection, sort, &window);
                    let sorts = plan.contains("TEMP B-TREE") || plan.contains("Sort");
                    assert!(plan.contains(index) && !sorts, "{selection:?} {sort:?} {window:?}\n{plan}");
                }
            }
        }
    }
}

#[test]
fn comments_walk_their_thread_in_order() {
    let article = domain::article::ArticleId::from_bytes([4; 16]);
    for postgres in [false, true] {
        let test = TestDatabase::new(postgres);
        for window in windows(Sort::HeadlineAsc) {
            let plan = plan_of(&test, |session| {
                session.comment_positions(&[article], &window).expect("lists");
            });
            let sorts = plan.contains("TEMP B-TREE") || plan.contains("Sort");
            assert!(plan.contains("comment_by_thread") && !sorts, "{window:?}\n{plan}");
        }
    }
}

#[test]
fn the_desk_walks_each_status_in_order() {
    for postgres in [false, true] {
        let test = TestDatabase::new(postgres);
        for display_status in DisplayStatus::ALL {
            for window in windows(Sort::ModifiedAtDesc) {
                let selection = on_desk(display_status);
                let plan = plan_of(&test, |session| {
                    session.desk_positions(&selection, &window, Time::from_micros(5)).expect("lists");
                });
                let sorts = plan.contains("TEMP B-TREE") || plan.contains("Sort");
                // Scheduled articles are found through `window_edge`, which has few rows.
                let is_few = display_status == DisplayStatus::Scheduled && plan.contains("window_edge");
                assert!(
                    (plan.contains("story_by_status") && !sorts) || is_few,
                    "{display_status:?} {window:?}\n{plan}"
                );
            }
        }
    }
}

#[test]
fn the_desk_walks_a_term_in_order_where_articles_are_published() {
    for postgres in [false, true] {
        let test = TestDatabase::new(postgres);
        for window in windows(Sort::ModifiedAtDesc) {
            let section = DeskTerms { published: vec![TermId([7; 16])], drafted: vec![TermId([7; 16])] };
            let tag = DeskTerms { published: vec![TermId([8; 16]), TermId([9; 16])], ..section.clone() };
            let selection = DeskSelection { all: vec![section, tag], ..on_desk(DisplayStatus::Published) };
            let plans = plans_of(&test, |session| {
                session.desk_positions(&selection, &window, Time::from_micros(5)).expect("lists");
            });
            assert_eq!(plans.len(), 2);
            for plan in plans {
                let sorts = plan.contains("TEMP B-TREE") || plan.contains("Sort");
                assert!(plan.contains("article_term_by_modified_at") && !sorts, "{window:?}\n{plan}");
            }
        }
    }
}

#[test]
fn the_desk_finds_drafts_through_their_terms() {
    let terms = DeskTerms { published: vec![TermId([7; 16])], drafted: vec![TermId([7; 16])] };
    for postgres in [false, true] {
        let test = TestDatabase::new(postgres);
        for window in windows(Sort::ModifiedAtDesc) {
            let selection = DeskSelection {
                all: vec![terms.clone()],
                none: terms.clone(),
                is_published: Some(true),
                has_newer_draft: Some(true),
                ..on_desk(DisplayStatus::Draft)
            };
            let plan = plan_of(&test, |session| {
                session.desk_positions(&selection, &window, Time::from_micros(5)).expect("lists");
            });
            let scans = ["SCAN story", "SCAN article", "Seq Scan"].iter().any(|scan| plan.contains(scan));
            assert!(plan.contains("story_term") && !scans, "{window:?}\n{plan}");
        }
    }
}

/// The whole desk of one status.
fn on_desk(display_status: DisplayStatus) -> DeskSelection {
    DeskSelection {
        statuses: vec![display_status],
        own: None,
        is_published: None,
        has_newer_draft: None,
        all: Vec::new(),
        none: DeskTerms::default(),
    }
}

#[test]
fn terms_are_looked_up_by_their_names_and_ids() {
    let slug = TermKey::Slug("a-slug".parse().expect("a slug"));
    let named: [&[(Role, TermKey)]; 4] = [
        &[(Role::Tag, slug.clone())],
        &[(Role::Tag, slug.clone()), (Role::Section, slug.clone())],
        &[(Role::Author, slug.clone()), (Role::Tag, slug.clone()), (Role::Section, slug)],
        &[(Role::Tag, TermKey::Id(TermId([7; 16])))],
    ];
    for postgres in [false, true] {
        let test = TestDatabase::new(postgres);
        for keys in named {
            let plans = plans_of(&test, |session| {
                session.term_keys(keys).expect("looks up");
            });
            for plan in plans.iter().filter(|plan| !plan.is_empty()) {
                let walks = plan.contains("SCAN term")
                    || plan.contains("SCAN part")
                    || plan.contains("role>?")
                    || plan.contains("Seq Scan");
                assert!(!walks, "{keys:?}\n{plan}");
            }
        }
    }
}

#[test]
fn revisions_are_looked_up_and_walked_by_their_number() {
    let article = domain::article::ArticleId::from_bytes([4; 16]);
    for postgres in [false, true] {
        let test = TestDatabase::new(postgres);
        for window in windows(Sort::ModifiedAtDesc) {
            let plan = plan_of(&test, |session| {
                session.revision_page(article, &window).expect("lists");
            });
            let sorts = plan.contains("TEMP B-TREE") || plan.contains("Sort");
            let walks = plan.contains("revision_pkey")
                || plan.contains("sqlite_autoindex_revision")
                || plan.contains("PRIMARY KEY");
            assert!(walks && !sorts, "{window:?}\n{plan}");
        }
        let plan = plan_of(&test, |session| {
            session.article_by_slug("a-slug", Time::from_micros(5)).expect("looks up");
        });
        assert!(!plan.contains("SCAN") && !plan.contains("Seq Scan"), "{plan}");
    }
}

#[test]
fn articles_named_by_id_are_looked_up_and_not_walked_to() {
    let ids = Some(vec![domain::article::ArticleId::from_bytes([4; 16])]);
    let selection =
        Selection { conditions: Conditions { ids, ..Conditions::default() }, ..Selection::default() };
    let test = TestDatabase::new(false);
    let plan = plan(&test, &selection, Sort::PublishedAtDesc, &windows(Sort::PublishedAtDesc)[0]);
    assert!(plan.contains("article=?"), "{plan}");
}

#[test]
fn paths_are_looked_up_in_any_case_by_an_index() {
    let path: domain::article::WebPath = "/Old/One".parse().expect("a path");
    for postgres in [false, true] {
        let test = TestDatabase::new(postgres);
        let plan = plan_of(&test, |session| {
            session.articles_by_paths(std::slice::from_ref(&path)).expect("looks up");
        });
        assert!(plan.contains("article_path_in_lower_case"), "{plan}");
        let plan = plan_of(&test, |session| {
            session.media_by_path(&path).expect("looks up");
        });
        assert!(plan.contains("media_path_in_lower_case"), "{plan}");
    }
}

#[test]
fn changes_since_a_revision_are_looked_up_by_their_thing() {
    let thing = domain::change::Thing { entity: "tag".to_owned(), id: [7; 16] };
    for postgres in [false, true] {
        let test = TestDatabase::new(postgres);
        let plan = plan_of(&test, |session| {
            session.changes_after_revision(&thing, 3, 200).expect("looks up");
        });
        assert!(plan.contains("change_by_thing"), "{plan}");
    }
}
