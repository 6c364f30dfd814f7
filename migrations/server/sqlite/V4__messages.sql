-- Messages to customers, one for each happening. Who gets them is looked up when they are sent: no
-- address is kept here.
CREATE TABLE outbox (
    hub_id      TEXT    NOT NULL REFERENCES hub,
    message_key TEXT    NOT NULL, -- what it is about: the same happening is one message
    order_id    TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    queued_at   INTEGER NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN ('waiting', 'sent', 'dropped')),
    attempts    INTEGER NOT NULL,
    next_at     INTEGER NOT NULL, -- when it is tried next
    ended_at    INTEGER,
    problem     TEXT,             -- why the last try failed, or why it was dropped
    PRIMARY KEY (hub_id, message_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_waiting ON outbox (hub_id, next_at) WHERE state = 'waiting';
