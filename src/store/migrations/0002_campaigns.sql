-- Frozen issues and what became of each of their messages. Times are seconds since 1970, UTC.

CREATE TABLE campaign (
    id        INTEGER PRIMARY KEY,
    slug      TEXT NOT NULL,
    number    INTEGER,
    -- Of all that is the same for everybody.
    content   BLOB NOT NULL CHECK (length(content) = 32),
    kind      TEXT NOT NULL CHECK (kind IN ('first', 'new', 'correction')),
    -- The campaign that this one adds to or corrects.
    of        INTEGER REFERENCES campaign (id),
    subject   TEXT NOT NULL,
    sender    TEXT NOT NULL,
    segment   TEXT,
    -- The message template, as it was encoded.
    template  BLOB NOT NULL,
    -- How it is sent: JSON.
    settings  TEXT NOT NULL CHECK (json_valid(settings)),
    state     TEXT NOT NULL CHECK (state IN ('frozen', 'scheduled', 'running', 'paused', 'finished', 'cancelled')),
    -- Why it is paused.
    reason    TEXT,
    frozen    INTEGER NOT NULL,
    scheduled INTEGER,
    started   INTEGER,
    finished  INTEGER,
    total     INTEGER NOT NULL,
    -- Of the process that may send; a higher one ends it.
    epoch     INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX campaign_by_slug ON campaign (slug);
CREATE INDEX campaign_by_content ON campaign (content);

-- The ids of one campaign follow each other without a gap.
CREATE TABLE delivery (
    id         INTEGER PRIMARY KEY,
    campaign   INTEGER NOT NULL REFERENCES campaign (id),
    subscriber INTEGER NOT NULL,
    address    TEXT NOT NULL,
    hash       BLOB NOT NULL,
    name       TEXT,
    -- The values of the template's holes, a JSON object.
    fields     TEXT NOT NULL DEFAULT '{}',
    public     BLOB NOT NULL CHECK (length(public) = 8),
    wave       INTEGER NOT NULL DEFAULT 0,
    state      TEXT NOT NULL DEFAULT 'pending' CHECK (state IN
        ('pending', 'sending', 'sent', 'deferred', 'failed', 'in_doubt', 'suppressed', 'cancelled')),
    epoch      INTEGER NOT NULL DEFAULT 0,
    -- The message's `Date`: that of the first intent.
    date       INTEGER,
    attempts   INTEGER NOT NULL DEFAULT 0,
    -- When a deferred one is due.
    due        INTEGER,
    code       INTEGER,
    enhanced   TEXT,
    reply      TEXT,
    relay_id   TEXT,
    UNIQUE (campaign, address)
) STRICT;
CREATE INDEX delivery_deferred ON delivery (campaign, due) WHERE state = 'deferred';

-- Every try and what came of it; only added to.
CREATE TABLE attempt (
    id       INTEGER PRIMARY KEY,
    delivery INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    epoch    INTEGER NOT NULL,
    outcome  TEXT NOT NULL,
    code     INTEGER,
    enhanced TEXT,
    reply    TEXT,
    relay_id TEXT
) STRICT;
CREATE INDEX attempt_by_delivery ON attempt (delivery);

-- Texts that somebody has read and approved.
CREATE TABLE approval (
    slug TEXT PRIMARY KEY,
    text TEXT NOT NULL,
    at   INTEGER NOT NULL,
    by   TEXT
) STRICT;
