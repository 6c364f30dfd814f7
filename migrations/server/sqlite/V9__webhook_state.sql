-- What the office says of a webhook and does with it.
ALTER TABLE webhook ADD COLUMN paused_at INTEGER; -- since when it is told nothing, because somebody wants it so
ALTER TABLE webhook ADD COLUMN failing_since INTEGER; -- the first try in vain since it last took something
