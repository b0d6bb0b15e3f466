-- How a refresh token was used, for as long as it may be used again in the same way.

ALTER TABLE refresh_token ADD COLUMN spent_at BIGINT;
ALTER TABLE refresh_token ADD COLUMN salt BYTEA;
ALTER TABLE refresh_token ADD COLUMN client BYTEA;
