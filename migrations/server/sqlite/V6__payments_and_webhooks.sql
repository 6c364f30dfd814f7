-- What is asked of the payment provider: one row for each question, which is asked until it has a yes
-- or a no. The key goes with it each time, so that asking again charges nobody twice.
CREATE TABLE payment_step (
    hub_id         TEXT    NOT NULL REFERENCES hub,
    step_key       TEXT    NOT NULL,
    kind           TEXT    NOT NULL CHECK (kind IN ('authorise', 'capture', 'void', 'refund')),
    order_id       TEXT    NOT NULL,
    payment_id     TEXT    NOT NULL,
    amount         INTEGER NOT NULL,
    at_checkout    INTEGER NOT NULL CHECK (at_checkout IN (0, 1)), -- a no gives the order back
    opened_at      INTEGER NOT NULL,
    state          TEXT    NOT NULL CHECK (state IN ('open', 'yes', 'no')),
    attempts       INTEGER NOT NULL,
    next_at        INTEGER NOT NULL, -- when it is asked next
    ended_at       INTEGER,
    reference      TEXT,             -- the provider's own name of the payment
    capture_before INTEGER,          -- after which an authorisation lapses
    answer         TEXT,             -- the last one, in the provider's words
    noted          TEXT,             -- the rule of the problem that was opened last about it
    PRIMARY KEY (hub_id, step_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX payment_step_open ON payment_step (hub_id, next_at) WHERE state = 'open';
CREATE INDEX payment_step_of_order ON payment_step (hub_id, order_id);
CREATE INDEX payment_step_lapsing ON payment_step (hub_id, capture_before)
    WHERE kind = 'authorise' AND state = 'yes' AND capture_before IS NOT NULL;

-- Which connected store an order came from, by the name of its key.
CREATE TABLE order_shop (
    hub_id   TEXT NOT NULL REFERENCES hub,
    order_id TEXT NOT NULL,
    shop     TEXT NOT NULL,
    PRIMARY KEY (hub_id, order_id)
) STRICT, WITHOUT ROWID;

-- Addresses of connected stores that are told what happens to orders. What is told is read from the
-- journal: all that is kept here is how far each got.
CREATE TABLE webhook (
    hub_id     TEXT    NOT NULL REFERENCES hub,
    shop       TEXT    NOT NULL, -- the name of the store's key
    url        TEXT    NOT NULL,
    secret     TEXT    NOT NULL, -- what deliveries are signed with
    events     TEXT    NOT NULL, -- words with blanks between them; none for all of them
    created_at INTEGER NOT NULL,
    reached    INTEGER NOT NULL, -- the number of the last entry that it was told of, or that said nothing to it
    attempts   INTEGER NOT NULL, -- how often the next one was tried in vain
    next_at    INTEGER NOT NULL, -- when it is tried next
    PRIMARY KEY (hub_id, shop)
) STRICT, WITHOUT ROWID;

-- What was sent, for people who look for what went wrong.
CREATE TABLE webhook_delivery (
    hub_id       TEXT    NOT NULL REFERENCES hub,
    shop         TEXT    NOT NULL,
    number       INTEGER NOT NULL, -- of the entry, in the order in which the state was folded
    delivery_id  TEXT    NOT NULL,
    events       TEXT    NOT NULL,
    attempts     INTEGER NOT NULL,
    tried_at     INTEGER NOT NULL,
    delivered_at INTEGER,
    answer       TEXT    NOT NULL,
    PRIMARY KEY (hub_id, shop, number)
) STRICT, WITHOUT ROWID;

-- How many orders a slot holds, without reading them: a checkout asks.
CREATE INDEX entity_live_order_in_slot ON entity (hub_id, json_extract(body, '$.heading.slot'))
    WHERE kind = 'order' AND deleted = 0
      AND json_extract(body, '$.milestones.cancelled') IS NULL
      AND json_extract(body, '$.milestones.expired_at') IS NULL;

-- What still waits to be told of an order: changes within a short time are told together.
CREATE INDEX outbox_waiting_of_order ON outbox (hub_id, order_id) WHERE state = 'waiting';
