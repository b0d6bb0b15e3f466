//! Edits between the batches of an import.

use domain::{
    access::{Caller, Role as AccountRole, Scopes},
    account::AccountId,
    context::Context,
    import::{Importer, Item, ItemType},
    language::Language,
    revision::ExpectedRevision,
    store::{Repos, Store},
    term::{self, OnExisting, Role, TermId, TermPatch},
};
use serde_json::{Value, json};

use super::{TestDatabase, cx, on_both};

fn editor() -> Context<'static> {
    let id = AccountId::from_bytes([7; 16]);
    Context { caller: Caller::Account { id, role: AccountRole::Editor, scopes: Scopes::ALL }, ..cx() }
}

fn article(fields: Value) -> Item {
    match fields {
        Value::Object(fields) => Item::new(ItemType::Article, fields),
        _ => panic!("an article has fields"),
    }
}

on_both![a_batch_knows_what_an_editor_changed_since_the_last_one];

fn a_batch_knows_what_an_editor_changed_since_the_last_one(test: &TestDatabase) {
    let store: &dyn Store = &test.database;
    let mut importer = Importer::new("test", Language::english());
    let mut batch = |fields: Value| {
        store.writing(|repos| importer.batch(&cx(), repos, vec![article(fields)])).expect("imports")
    };
    batch(json!({ "id": "1", "headline": "One", "status": "draft", "tags": ["Storm"], "section": "Asia" }));
    store
        .writing(|repos| {
            term::remove(&editor(), repos, Role::Tag, "storm", ExpectedRevision::Exactly(1))?;
            let above = TermPatch { name: Some("World".into()), ..TermPatch::default() };
            term::create(&editor(), repos, Role::Section, &above, OnExisting::Refuse)?;
            let below = TermPatch { parent: Some(Some("world".into())), ..TermPatch::default() };
            term::edit(&editor(), repos, Role::Section, "asia", &below, ExpectedRevision::Exactly(1))
        })
        .expect("edits");
    batch(
        json!({ "id": "2", "headline": "Two", "publishedAt": "2025-01-01T00:00:00Z", "tags": ["Storm"], "section": "Asia" }),
    );

    let found = |repos: &mut dyn Repos| -> domain::Result<(usize, u64)> {
        let ids = repos.article_ids(None, 10)?;
        let two = repos.articles(&ids)?.into_iter().find(|article| article.document.headline == "Two");
        let tags: Vec<TermId> =
            two.map(|two| two.document.tags).unwrap_or_default().into_iter().map(TermId::from).collect();
        let world = term::get(&cx(), repos, Role::Section, "world")?;
        Ok((repos.terms(&tags, cx().now)?.len(), world.article_count))
    };
    let (tags, in_world) = store.reading(found).expect("reads");
    assert_eq!(tags, 1, "the tag is there again");
    assert_eq!(in_world, 1, "and the section is where it was moved");
}
