-- What the last run of a campaign, or its freeze, knew at its end, so that a long list need not be
-- counted before the next one begins. Whatever changes a delivery's state or removes one removes it.
CREATE TABLE bookmark (
    campaign INTEGER PRIMARY KEY REFERENCES campaign (id),
    at       INTEGER NOT NULL,
    -- How many deliveries are in which state: a JSON object.
    counts   TEXT NOT NULL CHECK (json_valid(counts)),
    -- No delivery before this one is pending.
    next     INTEGER NOT NULL
) STRICT;

CREATE TRIGGER delivery_changed AFTER UPDATE OF state ON delivery
WHEN EXISTS (SELECT 1 FROM bookmark WHERE campaign = NEW.campaign)
BEGIN
    DELETE FROM bookmark WHERE campaign = NEW.campaign;
END;

CREATE TRIGGER delivery_removed AFTER DELETE ON delivery
WHEN EXISTS (SELECT 1 FROM bookmark WHERE campaign = OLD.campaign)
BEGIN
    DELETE FROM bookmark WHERE campaign = OLD.campaign;
END;
