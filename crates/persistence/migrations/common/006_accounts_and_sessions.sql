-- Who may sign in. What is secret is kept as a hash, but for the keys that sign access tokens.

CREATE TABLE account (
    id BYTEA NOT NULL PRIMARY KEY,
    email ordered_text NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    disabled BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    password TEXT,
    CONSTRAINT account_email_is_unique UNIQUE (email)
);
CREATE INDEX account_by_role ON account (role, disabled);

CREATE TABLE password_link (
    account BYTEA NOT NULL PRIMARY KEY,
    digest BYTEA NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX password_link_by_digest ON password_link (digest);

CREATE TABLE session (
    id BYTEA NOT NULL PRIMARY KEY,
    account BYTEA NOT NULL,
    begun_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX session_by_account ON session (account, expires_at);

CREATE TABLE refresh_token (
    digest BYTEA NOT NULL PRIMARY KEY,
    session BYTEA NOT NULL,
    spent BOOLEAN NOT NULL
);
CREATE INDEX refresh_token_by_session ON refresh_token (session);

CREATE TABLE signing_key (
    id BYTEA NOT NULL PRIMARY KEY,
    created_at BIGINT NOT NULL,
    seed BYTEA NOT NULL
);

CREATE TABLE api_key (
    id BYTEA NOT NULL PRIMARY KEY,
    owner BYTEA NOT NULL,
    digest BYTEA NOT NULL,
    name TEXT NOT NULL,
    -- Words, parted by spaces.
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_used_at BIGINT
);
CREATE UNIQUE INDEX api_key_by_digest ON api_key (digest);
CREATE INDEX api_key_by_owner ON api_key (owner, created_at);

-- Whose doing a change was, and the names of the fields that moved, parted by spaces.
ALTER TABLE change ADD COLUMN actor BYTEA;
ALTER TABLE change ADD COLUMN fields TEXT NOT NULL DEFAULT '';
CREATE INDEX change_by_thing ON change (id, seq);
CREATE INDEX change_by_actor ON change (actor, seq) WHERE actor IS NOT NULL;
