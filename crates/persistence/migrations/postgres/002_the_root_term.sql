INSERT INTO term (id, role, slug, name, name_key, sort_key, tag_type, path, links)
VALUES ('\x00000000000000000000000000000000', 3, '', '', '', '', 'keyword', '', '[]');
