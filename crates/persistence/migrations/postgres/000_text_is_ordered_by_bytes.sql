-- Text that takes part in an order or a cursor compares byte by byte, as it does on SQLite.
CREATE DOMAIN ordered_text AS TEXT COLLATE "C";
