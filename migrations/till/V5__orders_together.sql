-- Orders that are fetched together: each is a draft of its own, and one of them is on the screen.

ALTER TABLE draft ADD COLUMN grouped INTEGER NOT NULL DEFAULT 0 CHECK (grouped IN (0, 1));
-- The name of who fetches it; it lies beside the journal once the order is handed over.
ALTER TABLE draft ADD COLUMN fetched_by TEXT;
