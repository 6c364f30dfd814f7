-- What the list of orders is found and shown by, written with the states that it is made of. What is
-- found is opened from its own state.

CREATE TABLE order_card (
    order_id   TEXT NOT NULL PRIMARY KEY,
    number     TEXT NOT NULL,
    -- Without accents, capitals and marks: what a scan or a few typed letters are compared with.
    folded     TEXT NOT NULL,
    customer   TEXT,
    slot       TEXT,
    location   TEXT NOT NULL,
    fulfilment TEXT NOT NULL,
    payment    TEXT NOT NULL,
    -- Whether something of it is still to be handed over.
    waiting    INTEGER NOT NULL CHECK (waiting IN (0, 1)),
    due        INTEGER NOT NULL,
    total      INTEGER NOT NULL,
    line_count INTEGER NOT NULL,
    basket     TEXT,
    has_notes  INTEGER NOT NULL CHECK (has_notes IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE INDEX order_card_by_slot ON order_card (slot, waiting);
CREATE INDEX order_card_by_number ON order_card (folded);

CREATE TABLE customer_card (
    customer TEXT NOT NULL PRIMARY KEY,
    name     TEXT NOT NULL,
    folded   TEXT NOT NULL,
    -- The digits of the telephone number.
    phone    TEXT NOT NULL
) STRICT, WITHOUT ROWID;
