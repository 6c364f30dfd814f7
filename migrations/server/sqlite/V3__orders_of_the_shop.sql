-- The number of the last order that was born here.
ALTER TABLE hub_head ADD COLUMN order_no INTEGER NOT NULL DEFAULT 0;

-- Orders by the slot in which they are fetched.
CREATE INDEX entity_order_in_slot ON entity (hub_id, json_extract(body, '$.heading.slot'))
    WHERE kind = 'order' AND deleted = 0;

-- Keys of connected stores: what each may ask for, known by the hash of its secret.
CREATE TABLE shop_key (
    hub_id     TEXT    NOT NULL REFERENCES hub,
    key_hash   BLOB    NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL,
    scopes     TEXT    NOT NULL, -- words with blanks between them
    created_at INTEGER NOT NULL,
    revoked_at INTEGER,
    UNIQUE (hub_id, name)
) STRICT, WITHOUT ROWID;
