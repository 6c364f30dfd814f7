-- When an order's authorised payments lapse, and what is then due at the counter.

ALTER TABLE order_card ADD COLUMN lapses_at INTEGER;
ALTER TABLE order_card ADD COLUMN due_lapsed INTEGER NOT NULL DEFAULT 0;
