//! Which parts of articles a selection of fields needs, so that nothing else is loaded.

use async_graphql::Lookahead;
use domain::article::Parts;

/// The parts of an article that a selection needs.
pub fn parts(article: &Lookahead<'_>) -> Parts {
    let has = |name: &str| article.field(name).exists();
    let counts = |name: &str| {
        let term = article.field(name);
        term.field("articleCount").exists() || term.field("articles").exists()
    };
    Parts {
        section: has("section"),
        tags: has("tags"),
        authors: has("authors") || has("byline"),
        counts: ["section", "tags", "authors"].into_iter().any(counts),
    }
}

/// The parts that the articles in a connection need.
pub fn parts_of_list(list: &Lookahead<'_>) -> Parts {
    either(parts(&list.field("nodes")), parts(&list.field("edges").field("node")))
}

/// The parts that at least one of two selections needs.
pub fn either(a: Parts, b: Parts) -> Parts {
    Parts {
        section: a.section || b.section,
        tags: a.tags || b.tags,
        authors: a.authors || b.authors,
        counts: a.counts || b.counts,
    }
}
