-- Entries that a till signed and that no branch has room for: a chain has so many branches and no
-- more. They are kept as they came, in no order, and are no part of the state.
CREATE TABLE journal_aside (
    hub_id      TEXT    NOT NULL REFERENCES hub,
    source      TEXT    NOT NULL,
    epoch       TEXT    NOT NULL,
    seq         INTEGER NOT NULL,
    hash        BLOB    NOT NULL,
    accepted_at INTEGER NOT NULL, -- the server's clock
    offset_ms   INTEGER NOT NULL, -- the server's clock less the source's, when it was sent
    header      TEXT    NOT NULL,
    body        TEXT    NOT NULL,
    signature   BLOB    NOT NULL,
    PRIMARY KEY (hub_id, source, epoch, seq, hash)
) STRICT;

-- How much a till sent that is kept and is no part of the state: after its rights were taken away, or
-- beyond the branches of its chains.
CREATE TABLE till_excess (
    hub_id  TEXT    NOT NULL REFERENCES hub,
    till_id TEXT    NOT NULL,
    entries INTEGER NOT NULL,
    bytes   INTEGER NOT NULL, -- of entries and of what lies beside them
    alarms  INTEGER NOT NULL, -- problems that were opened about it
    PRIMARY KEY (hub_id, till_id)
) STRICT, WITHOUT ROWID;

-- Which version of the server tried last to read what is quarantined.
CREATE TABLE quarantine_read (
    hub_id TEXT NOT NULL PRIMARY KEY REFERENCES hub,
    reader TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX journal_quarantined ON journal (hub_id, accept_no) WHERE lane = 'quarantined';
