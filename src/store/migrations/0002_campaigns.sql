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
    -- The id of its first delivery, and how many follow each other from there.
    first     INTEGER NOT NULL,
    total     INTEGER NOT NULL CHECK (total > 0),
    -- Of the process that may send; a higher one ends it.
    epoch     INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX campaign_by_slug ON campaign (slug);
CREATE INDEX campaign_by_content ON campaign (content);

-- The ids of one campaign follow each other without a gap, in the order in which they are sent.
CREATE TABLE delivery (
    id         INTEGER PRIMARY KEY,
    campaign   INTEGER NOT NULL REFERENCES campaign (id),
    -- Whom it goes to, as tokens say it; outlives the subscriber.
    public     BLOB NOT NULL CHECK (length(public) = 8),
    -- The keyed hash of the address, as in `suppression`. Addresses are blanked when somebody is
    -- forgotten; the hash still tells that nobody is in a campaign twice.
    hash       BLOB NOT NULL CHECK (length(hash) = 32),
    address    TEXT NOT NULL,
    name       TEXT,
    -- The values of the template's holes, a JSON object.
    fields     TEXT NOT NULL DEFAULT '{}',
    state      TEXT NOT NULL DEFAULT 'pending' CHECK (state IN
        ('pending', 'sending', 'sent', 'deferred', 'failed', 'in_doubt', 'suppressed', 'cancelled')),
    -- Of the run that had it under way last.
    epoch      INTEGER NOT NULL DEFAULT 0,
    -- The message's `Date`, fixed at the first intent.
    date       INTEGER,
    -- How often the relay was asked to take it, as `attempt` tells one by one.
    attempts   INTEGER NOT NULL DEFAULT 0,
    -- Since when, and how often in a row, it was put off; both begin anew when the user asks for a
    -- retry.
    since      INTEGER,
    deferrals  INTEGER NOT NULL DEFAULT 0,
    -- When a deferred one is due.
    due        INTEGER CHECK (state <> 'deferred' OR due IS NOT NULL),
    -- The last answer.
    code       INTEGER,
    enhanced   TEXT,
    reply      TEXT,
    relay_id   TEXT,
    CHECK (state <> 'sent' OR date IS NOT NULL),
    UNIQUE (campaign, hash)
) STRICT;
-- No index has the state but this small one: each message changes its state twice.
CREATE INDEX delivery_deferred ON delivery (campaign, due) WHERE state = 'deferred';

-- Every try and what came of it, and what the user decided afterwards; only added to.
CREATE TABLE attempt (
    delivery INTEGER NOT NULL,
    -- From 1.
    n        INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    epoch    INTEGER NOT NULL,
    outcome  TEXT NOT NULL CHECK (outcome IN
        ('sent', 'deferred', 'failed', 'in_doubt', 'resend', 'assumed_sent', 'retry')),
    code     INTEGER,
    enhanced TEXT,
    reply    TEXT,
    relay_id TEXT,
    PRIMARY KEY (delivery, n)
) STRICT, WITHOUT ROWID;

-- Texts that somebody has read and approved.
CREATE TABLE approval (
    slug TEXT PRIMARY KEY,
    text TEXT NOT NULL,
    at   INTEGER NOT NULL,
    by   TEXT
) STRICT;
