-- Media, comments and collections are kept whole, as the JSON of an export; beside it stands what
-- they are found by.
CREATE TABLE media (
    id BYTEA NOT NULL PRIMARY KEY,
    document TEXT NOT NULL
);
CREATE TABLE media_path (
    path ordered_text NOT NULL PRIMARY KEY,
    media BYTEA NOT NULL
);
CREATE INDEX media_path_by_media ON media_path (media);

CREATE TABLE comment (
    id BYTEA NOT NULL PRIMARY KEY,
    article BYTEA NOT NULL,
    parent BYTEA,
    -- For each comment from the thread's first down to this one, when it was sent and its id: the
    -- order of threads, and which thread it is.
    thread ordered_text NOT NULL,
    approved BOOLEAN NOT NULL,
    -- It is approved, or a reply to it is shown.
    shown BOOLEAN NOT NULL,
    -- Shown comments that reply to it directly.
    reply_count INTEGER NOT NULL,
    html TEXT NOT NULL,
    text TEXT NOT NULL,
    document TEXT NOT NULL
);
CREATE INDEX comment_by_thread ON comment (article, shown, thread, id);
CREATE INDEX comment_by_parent ON comment (parent) WHERE parent IS NOT NULL;

-- How many comments of an article are approved.
CREATE TABLE comment_tally (
    article BYTEA NOT NULL PRIMARY KEY,
    approved BIGINT NOT NULL
);

CREATE TABLE collection (
    id BYTEA NOT NULL PRIMARY KEY,
    slug ordered_text NOT NULL,
    sort_key ordered_text NOT NULL,
    document TEXT NOT NULL,
    CONSTRAINT collection_slug_is_unique UNIQUE (slug)
);
CREATE INDEX collection_by_title ON collection (sort_key, id);

-- At most one row.
CREATE TABLE site (
    id SMALLINT NOT NULL PRIMARY KEY,
    article_path TEXT NOT NULL,
    document TEXT NOT NULL
);

ALTER TABLE article ADD COLUMN lead_media BYTEA;
ALTER TABLE article ADD COLUMN seo TEXT NOT NULL DEFAULT '{}';
ALTER TABLE article ADD COLUMN seo_image BYTEA;
ALTER TABLE term ADD COLUMN photo BYTEA;
