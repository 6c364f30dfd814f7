-- Every key starts with the hub, so that one hub's rows can live apart from another's.
-- Ids are UUIDs as text, moments are milliseconds since 1970 (UTC), money is in minor units.

CREATE TABLE hub (
    hub_id        TEXT    NOT NULL PRIMARY KEY,
    name          TEXT    NOT NULL,
    created_at    INTEGER NOT NULL,
    -- the server's own chain in this hub: its id as a source, and the present life of it
    source_id     TEXT    NOT NULL,
    source_epoch  TEXT    NOT NULL
) STRICT;

-- The hub's counters, changed in the very transaction that uses them.
CREATE TABLE hub_head (
    hub_id          TEXT    NOT NULL PRIMARY KEY REFERENCES hub,
    accept_no       INTEGER NOT NULL, -- the last number given to an accepted entry
    fold_no         INTEGER NOT NULL, -- the last number given to an entry that went into the state
    feed_epoch      TEXT    NOT NULL, -- one life of the feed; another after a restore
    position        INTEGER NOT NULL, -- the end of the feed
    live_rows       INTEGER NOT NULL, -- checksum of the feed: how many rows live,
    live_sum        INTEGER NOT NULL, -- and the sum of their hashes
    tombstone_floor INTEGER NOT NULL  -- marks of deletion up to here may be gone
) STRICT;

CREATE TABLE till (
    hub_id       TEXT    NOT NULL REFERENCES hub,
    till_id      TEXT    NOT NULL,
    code         TEXT    NOT NULL,
    public_key   BLOB    NOT NULL,
    location_id  TEXT    NOT NULL,
    version      TEXT    NOT NULL,
    enrolled_at  INTEGER NOT NULL,
    revoked_at   INTEGER,
    PRIMARY KEY (hub_id, till_id),
    UNIQUE (hub_id, code)
) STRICT;
-- A till asks for a session before it can name its hub.
CREATE UNIQUE INDEX till_by_id ON till (till_id);

-- Every entry of every source, as written. Rows are added, never changed but for what the server
-- itself says about them (lane, fold_no).
CREATE TABLE journal (
    hub_id       TEXT    NOT NULL REFERENCES hub,
    source       TEXT    NOT NULL,
    epoch        TEXT    NOT NULL,
    branch       INTEGER NOT NULL, -- 0, or the number of a fork's other branch
    seq          INTEGER NOT NULL,
    accept_no    INTEGER NOT NULL,
    fold_no      INTEGER,          -- the order in which the state was folded; none while set aside
    lane         TEXT    NOT NULL CHECK (lane IN ('folded', 'quarantined', 'drained')),
    hash         BLOB    NOT NULL,
    kind         TEXT    NOT NULL,
    action       TEXT    NOT NULL,
    at           INTEGER NOT NULL, -- the source's clock
    accepted_at  INTEGER NOT NULL, -- the server's clock
    offset_ms    INTEGER NOT NULL, -- the server's clock less the source's, when it was sent
    header       TEXT    NOT NULL,
    body         TEXT    NOT NULL,
    signature    BLOB    NOT NULL,
    PRIMARY KEY (hub_id, source, epoch, seq, branch),
    UNIQUE (hub_id, accept_no),
    CHECK ((lane = 'folded') = (fold_no IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX journal_folded ON journal (hub_id, fold_no) WHERE fold_no IS NOT NULL;
CREATE INDEX journal_set_aside ON journal (hub_id, source, epoch, seq) WHERE lane <> 'folded';
CREATE INDEX journal_action ON journal (hub_id, source, action);

-- The ends of the chains, branch by branch.
CREATE TABLE chain (
    hub_id    TEXT    NOT NULL REFERENCES hub,
    source    TEXT    NOT NULL,
    epoch     TEXT    NOT NULL,
    branch    INTEGER NOT NULL,
    first_seq INTEGER NOT NULL, -- where the branch leaves the one before; 1 for branch 0
    seq       INTEGER NOT NULL,
    hash      BLOB    NOT NULL,
    PRIMARY KEY (hub_id, source, epoch, branch)
) STRICT, WITHOUT ROWID;

-- The hub's state: one row per thing. A change moves the row to the tail of the feed.
CREATE TABLE entity (
    hub_id     TEXT    NOT NULL REFERENCES hub,
    kind       TEXT    NOT NULL,
    id         TEXT    NOT NULL,
    position   INTEGER NOT NULL,
    deleted    INTEGER NOT NULL CHECK (deleted IN (0, 1)),
    changed_at INTEGER NOT NULL,
    body       TEXT    NOT NULL,
    PRIMARY KEY (hub_id, kind, id),
    UNIQUE (hub_id, position)
) STRICT;

-- The ledger of goods. From and to, so that the sum over all places is zero.
CREATE TABLE stock_move (
    hub_id     TEXT    NOT NULL REFERENCES hub,
    fold_no    INTEGER NOT NULL,
    number     INTEGER NOT NULL, -- within the entry
    variant_id TEXT    NOT NULL,
    quantity   INTEGER NOT NULL, -- thousandths, positive
    from_place TEXT    NOT NULL,
    to_place   TEXT    NOT NULL,
    reason     TEXT    NOT NULL,
    order_id   TEXT,
    line_id    TEXT,
    at         INTEGER NOT NULL,
    PRIMARY KEY (hub_id, fold_no, number)
) STRICT;
CREATE INDEX stock_move_of_variant ON stock_move (hub_id, variant_id, fold_no);

-- What lies beside the journal and may have to be forgotten.
CREATE TABLE attachment (
    hub_id        TEXT    NOT NULL REFERENCES hub,
    source        TEXT    NOT NULL,
    attachment_id TEXT    NOT NULL,
    salted_hash   BLOB    NOT NULL,
    salt          BLOB,             -- gone with the content, when it is forgotten
    content       TEXT,
    received_at   INTEGER NOT NULL,
    PRIMARY KEY (hub_id, source, attachment_id, salted_hash)
) STRICT;

-- What entries say lies beside them.
CREATE TABLE attachment_named (
    hub_id        TEXT    NOT NULL REFERENCES hub,
    source        TEXT    NOT NULL,
    attachment_id TEXT    NOT NULL,
    salted_hash   BLOB    NOT NULL,
    epoch         TEXT    NOT NULL,
    branch        INTEGER NOT NULL,
    seq           INTEGER NOT NULL,
    number        INTEGER NOT NULL, -- within the entry
    named_at      INTEGER NOT NULL,
    -- missing: it did not come, and a problem says so
    state         TEXT    NOT NULL CHECK (state IN ('awaited', 'missing', 'here')),
    PRIMARY KEY (hub_id, source, epoch, seq, branch, number)
) STRICT;
CREATE INDEX attachment_named_absent ON attachment_named (hub_id, state, named_at)
    WHERE state <> 'here';

-- One-time codes that make a device a till of the hub. Only their hashes are kept.
CREATE TABLE enrolment (
    hub_id      TEXT    NOT NULL REFERENCES hub,
    code_hash   BLOB    NOT NULL,
    location_id TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    used_by     TEXT,
    PRIMARY KEY (hub_id, code_hash)
) STRICT;
CREATE UNIQUE INDEX enrolment_by_code ON enrolment (code_hash);

-- Sessions of tills. Only the tokens' hashes are kept.
CREATE TABLE session (
    hub_id     TEXT    NOT NULL REFERENCES hub,
    token_hash BLOB    NOT NULL,
    till_id    TEXT    NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (hub_id, token_hash)
) STRICT;

-- Challenges that were answered: each is good for one session.
CREATE TABLE used_challenge (
    hub_id     TEXT    NOT NULL REFERENCES hub,
    challenge  BLOB    NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (hub_id, challenge)
) STRICT;
