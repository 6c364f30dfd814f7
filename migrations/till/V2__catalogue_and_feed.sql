-- The hub's state as pulled, how far the pull has come, and what the finder reads. All ids are texts,
-- all times milliseconds since 1970 UTC.

-- One row per thing in its latest state; `position` is its place in the hub's feed, 0 for a row that
-- this till made while it worked alone. Read it through the feed: a large change lies in
-- `feed_staged` on top until it has been moved over.
CREATE TABLE entity (
    kind     TEXT NOT NULL,
    id       TEXT NOT NULL,
    position INTEGER NOT NULL,
    body     TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT;

-- Rows received and not yet part of the shown state, or shown and not yet moved to `entity`.
CREATE TABLE feed_staged (
    kind     TEXT NOT NULL,
    id       TEXT NOT NULL,
    position INTEGER NOT NULL,
    deleted  INTEGER NOT NULL CHECK (deleted IN (0, 1)),
    body     TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT;

CREATE TABLE feed_state (
    one           INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    -- empty: nothing was ever pulled. loading: the first load fills `entity`. indexing: all rows of
    -- the first load are there and the finder's tables are being filled. live: `entity` is the shown
    -- state. replacing: `feed_staged` alone is shown, rows of `entity` that it does not have are
    -- going. settling: `feed_staged` is shown on top of `entity` and moves there.
    phase         TEXT NOT NULL CHECK (phase IN
                      ('empty', 'loading', 'indexing', 'live', 'replacing', 'settling')),
    -- What was received: the next page is asked for from here. Null before the first page.
    feed_epoch    TEXT,
    position      INTEGER NOT NULL,
    -- The checksum over all rows up to `position`.
    row_count     INTEGER NOT NULL,
    row_sum       TEXT NOT NULL,
    -- Whether what is being staged is the whole state and not a change of it.
    replaces      INTEGER NOT NULL CHECK (replaces IN (0, 1)),
    -- Whether pages beyond the shown state have been staged.
    staging       INTEGER NOT NULL CHECK (staging IN (0, 1)),
    -- The end of the feed as last heard of, and how many rows it has.
    head          INTEGER NOT NULL,
    total         INTEGER,
    -- Which own entries the shown state includes, as JSON.
    included      TEXT NOT NULL,
    -- The last row of `entity` that the finder's tables know, while indexing.
    indexed       INTEGER NOT NULL,
    -- Rises when products, prices or categories change; the second one when words change.
    catalogue     INTEGER NOT NULL,
    words         INTEGER NOT NULL
) STRICT;

INSERT INTO feed_state VALUES
    (1, 'empty', NULL, 0, 0, '0000000000000000', 0, 0, 0, NULL, '{"through":[]}', 0, 0, 0);

-- The hub's variant in place of one that this till made while it worked alone.
CREATE TABLE alias (
    variant_local TEXT NOT NULL PRIMARY KEY,
    variant_hub   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What follows are hints for finding; what is found is believed only if the entity itself says so.

CREATE TABLE catalogue_row (
    number   INTEGER NOT NULL PRIMARY KEY,
    variant  TEXT NOT NULL UNIQUE,
    product  TEXT NOT NULL,
    -- Without accents and capitals.
    name     TEXT NOT NULL,
    code     TEXT NOT NULL,
    category TEXT NOT NULL,
    -- The outermost category as people wrote it.
    shelf    TEXT NOT NULL,
    -- Whether the finder shows it.
    listed   INTEGER NOT NULL CHECK (listed IN (0, 1)),
    -- How often this till sold it.
    uses     INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX catalogue_row_by_product ON catalogue_row (product);
CREATE INDEX catalogue_row_by_code ON catalogue_row (code);
CREATE INDEX catalogue_row_by_name ON catalogue_row (name) WHERE listed = 1;
CREATE INDEX catalogue_row_by_uses ON catalogue_row (uses) WHERE uses > 0;
CREATE INDEX catalogue_row_by_shelf ON catalogue_row (shelf, name) WHERE listed = 1;

CREATE TABLE barcode (
    code    TEXT NOT NULL,
    variant TEXT NOT NULL,
    PRIMARY KEY (code, variant)
) STRICT, WITHOUT ROWID;

CREATE INDEX barcode_by_variant ON barcode (variant);

CREATE TABLE price_rule_row (
    rule    TEXT NOT NULL PRIMARY KEY,
    variant TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX price_rule_row_by_variant ON price_rule_row (variant);

CREATE VIRTUAL TABLE search USING fts5 (
    name, code, category,
    content = 'catalogue_row', content_rowid = 'number',
    tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3 4'
);

-- Every word of the finder, for fragments and typing errors.
CREATE VIRTUAL TABLE search_word USING fts5vocab ('search', 'row');

-- Epochs of which the server takes no more entries: shown, tried again now and then, and in the way
-- of no other epoch.
CREATE TABLE push_refusal (
    epoch TEXT NOT NULL PRIMARY KEY,
    seq   INTEGER NOT NULL,
    fault TEXT NOT NULL,
    at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
