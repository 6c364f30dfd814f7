-- The till's own tables. All ids are UUIDs as text, all amounts minor units, all times milliseconds
-- since 1970 UTC. Rows of `journal` are never changed but for the columns between the lines.

CREATE TABLE meta (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One life of this database each; the newest is the one that is written to.
CREATE TABLE epoch (
    position   INTEGER NOT NULL PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    label      TEXT NOT NULL,
    opened_at  INTEGER NOT NULL,
    -- Why it began, and the end of the one before as JSON; its first entry says both.
    reason     TEXT NOT NULL,
    previous   TEXT,
    -- The head that the server has acknowledged; its hash is checked before it is believed.
    acked_seq  INTEGER NOT NULL DEFAULT 0,
    acked_hash TEXT
) STRICT;

-- The entries of this till in the order in which it wrote them. What is looked through comes before
-- the long texts, which lie on pages of their own.
CREATE TABLE journal (
    position  INTEGER NOT NULL PRIMARY KEY,
    epoch     TEXT NOT NULL REFERENCES epoch (id),
    seq       INTEGER NOT NULL,
    kind      TEXT NOT NULL,
    at        INTEGER NOT NULL,
    action    TEXT NOT NULL UNIQUE,
    -- The document that it issued and what it came to, for lists.
    number    TEXT,
    amount    INTEGER,
    ------------------------------------
    acked_at  INTEGER,
    accept_no INTEGER,
    ------------------------------------
    hash      TEXT NOT NULL,
    previous  TEXT NOT NULL,
    signature TEXT NOT NULL,
    header    TEXT NOT NULL,
    body      TEXT NOT NULL,
    UNIQUE (epoch, seq)
) STRICT;

-- Nearly all entries are sales: they are found without an index, and pay for none.
CREATE INDEX journal_by_kind ON journal (kind, position) WHERE kind <> 'sale';

-- Which entries touched an order.
CREATE TABLE journal_order (
    order_id TEXT NOT NULL,
    position INTEGER NOT NULL REFERENCES journal (position),
    PRIMARY KEY (order_id, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX journal_order_by_entry ON journal_order (position);

-- Texts, buyer data and frozen documents beside the journal; erasing one empties salt and content.
CREATE TABLE attachment (
    id       TEXT NOT NULL PRIMARY KEY,
    position INTEGER NOT NULL REFERENCES journal (position),
    salt     BLOB,
    content  BLOB
) STRICT;

CREATE INDEX attachment_by_entry ON attachment (position);

-- The last number given out in each series of an epoch.
CREATE TABLE sequence (
    epoch  TEXT NOT NULL REFERENCES epoch (id),
    series TEXT NOT NULL,
    last   INTEGER NOT NULL,
    PRIMARY KEY (epoch, series)
) STRICT, WITHOUT ROWID;

-- Orders in progress: the current one and those put aside.
CREATE TABLE draft (
    id         TEXT NOT NULL PRIMARY KEY,
    basis      TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    current    INTEGER NOT NULL CHECK (current IN (0, 1)),
    parked_at  INTEGER,
    parked_by  TEXT
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX draft_current ON draft (current) WHERE current = 1;

-- What was pressed, step by step; nothing is taken back but by another row.
CREATE TABLE draft_step (
    draft   TEXT NOT NULL REFERENCES draft (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    move    TEXT NOT NULL,
    PRIMARY KEY (draft, ordinal)
) STRICT, WITHOUT ROWID;

-- Own entries folded on top of what the server's figures include.
CREATE TABLE own_state (
    kind TEXT NOT NULL,
    id   TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT;

-- Actions that were done and left no entry in the journal, so that a press that arrives again changes
-- nothing.
CREATE TABLE action_done (
    id TEXT NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The print spool. A job that was being sent when the power failed is `unknown`.
CREATE TABLE print_job (
    id         INTEGER NOT NULL PRIMARY KEY,
    -- What to lay out, as JSON; the layout itself is made at the printer's width when it is sent.
    job        TEXT NOT NULL,
    -- The document that it shows, and which copy of it: 0 is the original.
    document   TEXT,
    copy       INTEGER NOT NULL DEFAULT 0,
    state      TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'printed', 'unknown', 'dropped')),
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    problem    TEXT
) STRICT;

CREATE INDEX print_job_open ON print_job (id) WHERE state IN ('queued', 'sending', 'unknown');
CREATE INDEX print_job_by_document ON print_job (document);

-- Wrong PINs in a row.
CREATE TABLE pin_failure (
    staff    TEXT NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_at  INTEGER NOT NULL
) STRICT;
