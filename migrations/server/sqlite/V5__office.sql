-- Who logs in to the office. Passwords are no part of the hub's state: no till ever gets them.
CREATE TABLE office_login (
    hub_id        TEXT    NOT NULL REFERENCES hub,
    staff_id      TEXT    NOT NULL,
    login         TEXT    NOT NULL, -- in small letters
    password_hash TEXT,             -- Argon2id; none until the person has set one
    must_change   INTEGER NOT NULL CHECK (must_change IN (0, 1)),
    PRIMARY KEY (hub_id, staff_id),
    UNIQUE (hub_id, login)
) STRICT, WITHOUT ROWID;

-- One-time codes with which somebody sets a password; one for each person at most.
CREATE TABLE office_reset (
    hub_id     TEXT    NOT NULL REFERENCES hub,
    staff_id   TEXT    NOT NULL,
    code_hash  BLOB    NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (hub_id, staff_id),
    UNIQUE (hub_id, code_hash)
) STRICT, WITHOUT ROWID;

-- Sessions of people. Only the tokens' hashes are kept.
CREATE TABLE office_session (
    hub_id     TEXT    NOT NULL REFERENCES hub,
    token_hash BLOB    NOT NULL,
    staff_id   TEXT    NOT NULL,
    seen_at    INTEGER NOT NULL, -- when it was last used, to the minute
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (hub_id, token_hash)
) STRICT, WITHOUT ROWID;

-- Which entries are about a thing: its history.
CREATE TABLE journal_about (
    hub_id    TEXT    NOT NULL REFERENCES hub,
    thing     TEXT    NOT NULL,
    id        TEXT    NOT NULL,
    accept_no INTEGER NOT NULL,
    PRIMARY KEY (hub_id, thing, id, accept_no)
) STRICT, WITHOUT ROWID;

-- Entries that were accepted before there was a history: those of orders.
INSERT OR IGNORE INTO journal_about (hub_id, thing, id, accept_no)
SELECT journal.hub_id, 'order',
       coalesce(json_extract(event.value, '$.order'), json_extract(event.value, '$.heading.id')),
       journal.accept_no
FROM journal,
     json_each(CASE WHEN json_valid(journal.body) THEN journal.body ELSE '{}' END, '$.events') AS event
WHERE event.type = 'object'
  AND coalesce(json_extract(event.value, '$.order'), json_extract(event.value, '$.heading.id')) IS NOT NULL;

-- Variants by the hub's own code, which is unique among them.
CREATE INDEX entity_variant_by_code ON entity (hub_id, json_extract(body, '$.code'))
    WHERE kind = 'variant' AND deleted = 0;
