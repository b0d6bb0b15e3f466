-- One text for both databases. SQLite reads only the affinity of a type's name: BYTEA columns hold
-- blobs, ordered_text is text. Times are microseconds since 1970; `clustered` tables keep their rows
-- in the order of their key on SQLite.

-- What an article is filed under. The row with the empty slug stands for everything: each article
-- is filed under it, and its count is the number of all listed articles.
CREATE TABLE term (
    id BYTEA NOT NULL PRIMARY KEY,
    role SMALLINT NOT NULL,
    slug ordered_text NOT NULL,
    name TEXT NOT NULL,
    name_key ordered_text NOT NULL,
    sort_key ordered_text NOT NULL,
    description TEXT,
    parent BYTEA,
    tag_type TEXT NOT NULL,
    path ordered_text NOT NULL,
    links TEXT NOT NULL,
    -- Listed articles whose window of publication held the moment of clock.settled.
    article_count BIGINT NOT NULL DEFAULT 0,
    CONSTRAINT term_slug_is_unique UNIQUE (role, slug)
);
CREATE INDEX term_by_name ON term (role, sort_key, id);
CREATE INDEX term_by_name_key ON term (role, name_key);
CREATE INDEX term_by_parent ON term (parent, sort_key, id);
CREATE INDEX term_by_path ON term (role, path);

-- An article as its writers keep it.
CREATE TABLE story (
    id BYTEA NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL,
    published_revision INTEGER,
    first_published_at BIGINT,
    modified_at BIGINT NOT NULL
);

CREATE TABLE revision (
    article BYTEA NOT NULL,
    number INTEGER NOT NULL,
    at BIGINT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (article, number)
);

-- What readers see of it: everything below is derived from the published revision.
CREATE TABLE article (
    id BYTEA NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL,
    kind TEXT NOT NULL,
    slug ordered_text NOT NULL,
    headline TEXT NOT NULL,
    sort_key ordered_text NOT NULL,
    kicker TEXT,
    standfirst TEXT,
    byline TEXT,
    section BYTEA,
    language ordered_text NOT NULL,
    published_at BIGINT NOT NULL,
    first_published_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    listed BOOLEAN NOT NULL,
    access TEXT NOT NULL,
    comments_open BOOLEAN NOT NULL,
    hide_ads BOOLEAN NOT NULL,
    sensitive BOOLEAN NOT NULL,
    show_in_related BOOLEAN NOT NULL,
    translation_of BYTEA,
    alias_paths TEXT NOT NULL,
    -- Ids of 16 bytes, one after the other; before each of `terms` one byte for its role.
    terms BYTEA NOT NULL,
    pins BYTEA NOT NULL,
    blocks BYTEA NOT NULL
);
CREATE INDEX article_by_published_at ON article (listed, published_at);
CREATE INDEX article_by_expires_at ON article (expires_at) WHERE expires_at < 9223372036854775807;
CREATE INDEX article_by_translation ON article (translation_of) WHERE translation_of IS NOT NULL;

CREATE TABLE article_body (
    article BYTEA NOT NULL PRIMARY KEY,
    html TEXT NOT NULL,
    toc TEXT NOT NULL,
    blocks TEXT NOT NULL,
    text TEXT NOT NULL,
    word_count INTEGER NOT NULL,
    reading_minutes INTEGER NOT NULL,
    version INTEGER NOT NULL
);

-- What lists walk: with each term of an article all that they filter and sort by.
CREATE TABLE article_term (
    article BYTEA NOT NULL,
    role SMALLINT NOT NULL,
    position SMALLINT NOT NULL,
    term BYTEA NOT NULL,
    listed BOOLEAN NOT NULL,
    published_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    language ordered_text NOT NULL,
    kind TEXT NOT NULL,
    show_in_related BOOLEAN NOT NULL,
    sort_key ordered_text NOT NULL,
    PRIMARY KEY (article, role, position)
) /* clustered */;
CREATE INDEX article_term_by_published_at ON article_term (term, listed, published_at, article);
CREATE INDEX article_term_by_modified_at ON article_term (term, listed, modified_at, article);
CREATE INDEX article_term_by_headline ON article_term (term, listed, sort_key, article);

-- Every slug that leads to an article. `present`: it has it now; `public`: readers may know it.
CREATE TABLE article_slug (
    slug ordered_text NOT NULL PRIMARY KEY,
    article BYTEA NOT NULL,
    present BOOLEAN NOT NULL,
    public BOOLEAN NOT NULL
);
CREATE INDEX article_slug_by_article ON article_slug (article);

CREATE TABLE article_path (
    path ordered_text NOT NULL PRIMARY KEY,
    article BYTEA NOT NULL
);
CREATE INDEX article_path_by_article ON article_path (article);

-- Where imported things came from.
CREATE TABLE origin (
    source ordered_text NOT NULL,
    entity ordered_text NOT NULL,
    id ordered_text NOT NULL,
    target BYTEA NOT NULL,
    digest BIGINT NOT NULL,
    revision INTEGER,
    PRIMARY KEY (source, entity, id)
);
CREATE INDEX origin_by_target ON origin (target);

-- The log that everything follows, and the row whose lock puts it in order.
CREATE TABLE change (
    seq BIGINT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    entity TEXT NOT NULL,
    id BYTEA NOT NULL,
    action TEXT NOT NULL,
    revision INTEGER
);
CREATE TABLE clock (
    id SMALLINT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    settled BIGINT NOT NULL
);
INSERT INTO clock (id, seq, settled) VALUES (1, 0, 0);
