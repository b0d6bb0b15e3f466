//! The tables for Diesel's query builder, except `article`, which is in [`crate::article_row`].
//!
//! A test compares these definitions with the tables that the migrations create.

#![expect(clippy::disallowed_methods, reason = "what `table!` makes writes the names of columns")]

pub(crate) use crate::article_row::article;

diesel::table! {
    term (id) {
        id -> Binary, role -> SmallInt, revision -> Integer, slug -> Text, name -> Text, name_key -> Text, sort_key -> Text,
        description -> Nullable<Text>, parent -> Nullable<Binary>, tag_type -> Text, path -> Text, links -> Text,
        photo -> Nullable<Binary>, article_count -> BigInt, account -> Nullable<Binary>,
    }
}

diesel::table! {
    story (id) {
        id -> Binary, revision -> Integer, published_revision -> Nullable<Integer>,
        first_published_at -> Nullable<BigInt>, modified_at -> BigInt, status -> Text,
        created_by -> Nullable<Binary>,
    }
}

diesel::table! {
    revision (article, number) {
        article -> Binary, number -> Integer, at -> BigInt, document -> Text, author -> Nullable<Binary>,
        note -> Nullable<Text>, published -> Bool,
    }
}

diesel::table! {
    article_body (article) {
        article -> Binary, html -> Text, toc -> Text, blocks -> Text, text -> Text, word_count -> Integer,
        reading_minutes -> Integer, version -> Integer,
    }
}

diesel::table! {
    article_term (article, role, position) {
        article -> Binary, role -> SmallInt, position -> SmallInt, term -> Binary, listed -> Bool,
        published_at -> BigInt, modified_at -> BigInt, expires_at -> BigInt, language -> Text, kind -> Text,
        show_in_related -> Bool, sort_key -> Text,
    }
}

diesel::table! {
    article_slug (slug) {
        slug -> Text, article -> Binary, present -> Bool, known_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    article_path (path) {
        path -> Text, article -> Binary,
    }
}

diesel::table! {
    origin (source, entity, id) {
        source -> Text, entity -> Text, id -> Text, target -> Binary, digest -> BigInt,
        revision -> Nullable<Integer>,
    }
}

diesel::table! {
    change (seq) {
        seq -> BigInt, at -> BigInt, entity -> Text, id -> Binary, action -> Text, revision -> Nullable<Integer>,
        actor -> Nullable<Binary>, fields -> Text,
    }
}

diesel::table! {
    clock (id) {
        id -> SmallInt, seq -> BigInt, settled -> BigInt, quiet_until -> BigInt,
    }
}

diesel::table! {
    media (id) {
        id -> Binary, document -> Text,
    }
}

diesel::table! {
    media_path (path) {
        path -> Text, media -> Binary,
    }
}

diesel::table! {
    comment (id) {
        id -> Binary, article -> Binary, parent -> Nullable<Binary>, thread -> Text, approved -> Bool,
        shown -> Bool, reply_count -> Integer, html -> Text, text -> Text, document -> Text,
    }
}

diesel::table! {
    comment_tally (article) {
        article -> Binary, approved -> BigInt,
    }
}

diesel::table! {
    collection (id) {
        id -> Binary, slug -> Text, sort_key -> Text, document -> Text, revision -> Integer,
    }
}

diesel::table! {
    site (id) {
        id -> SmallInt, article_path -> Text, document -> Text, revision -> Integer, url -> Nullable<Text>,
    }
}

diesel::table! {
    account (id) {
        id -> Binary, email -> Text, name -> Text, role -> Text, disabled -> Bool, created_at -> BigInt,
        password -> Nullable<Text>,
    }
}

diesel::table! {
    password_link (account) {
        account -> Binary, digest -> Binary, expires_at -> BigInt,
    }
}

diesel::table! {
    session (id) {
        id -> Binary, account -> Binary, begun_at -> BigInt, expires_at -> BigInt,
    }
}

diesel::table! {
    refresh_token (digest) {
        digest -> Binary, session -> Binary, spent -> Bool,
        spent_at -> Nullable<BigInt>, salt -> Nullable<Binary>, client -> Nullable<Binary>,
    }
}

diesel::table! {
    signing_key (id) {
        id -> Binary, created_at -> BigInt, seed -> Binary, purpose -> Text,
    }
}

diesel::table! {
    api_key (id) {
        id -> Binary, owner -> Binary, digest -> Binary, name -> Text, scopes -> Text, created_at -> BigInt,
        expires_at -> BigInt, last_used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    term_slug (role, slug) {
        role -> SmallInt, slug -> Text, term -> Binary,
    }
}

diesel::table! {
    term_alias (term) {
        term -> Binary, present -> Binary,
    }
}

diesel::table! {
    story_term (article, term) {
        article -> Binary, term -> Binary,
    }
}

diesel::table! {
    window_edge (article, opens) {
        article -> Binary, opens -> Bool, at -> BigInt,
    }
}

diesel::table! {
    purged (article) {
        article -> Binary, at -> Nullable<BigInt>,
    }
}

diesel::table! {
    article_request (account, key) {
        account -> Binary, key -> Text, digest -> Binary, article -> Binary, at -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(account, session, api_key, signing_key);
diesel::allow_tables_to_appear_in_same_query!(term, term_slug, term_alias);
diesel::allow_tables_to_appear_in_same_query!(article_path, purged);
diesel::allow_tables_to_appear_in_same_query!(
    comment,
    comment_tally,
    media,
    site,
    term,
    article,
    article_term,
    article_body,
    article_slug,
    story,
    story_term,
    window_edge,
    revision
);
