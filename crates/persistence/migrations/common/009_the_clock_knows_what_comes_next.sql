-- No article comes or goes by the clock alone after clock.settled and before this moment. The next one may do
-- so later.
ALTER TABLE clock ADD COLUMN quiet_until BIGINT NOT NULL DEFAULT 0;
UPDATE clock SET quiet_until = COALESCE((SELECT MIN(moment) FROM (
    SELECT MIN(published_at) AS moment FROM article
    WHERE listed = TRUE AND published_at > (SELECT settled FROM clock WHERE id = 1)
    UNION ALL SELECT MIN(expires_at) FROM article
    WHERE expires_at < 9223372036854775807 AND expires_at > (SELECT settled FROM clock WHERE id = 1)
) AS next), 9223372036854775807);
