-- When somebody went on here with an order that was open on another till.
ALTER TABLE draft ADD COLUMN taken_over_at INTEGER;

-- Sales put aside that move from one till to another: what this till is to say of each, and what it
-- remembers.
CREATE TABLE claim (
    id         TEXT NOT NULL PRIMARY KEY,
    order_id   TEXT NOT NULL,
    -- The other of the two tills, and its code where that is known.
    other      TEXT NOT NULL,
    other_code TEXT,
    side       TEXT NOT NULL CHECK (side IN (
        'asking', 'asked', 'withdrawing', 'taking', 'taken', 'returning', 'ended',
        'giving', 'given', 'refusing')),
    -- Why it is refused.
    why        TEXT CHECK (why IN ('gone', 'has_money', 'wanted', 'too_large')),
    -- The giving by which the sale went or came.
    giving     TEXT,
    -- The sale, from when this till gave it up until the other has it.
    snapshot   TEXT,
    at         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX claim_by_order ON claim (order_id);
