-- Who reads, who left, and who must not be written to. Times are seconds since 1970, UTC.

-- What is one of a kind, by name: `list`, its number in tokens; `token_keys`, the ring as
-- `KeyRing::to_bytes` gives it; `hash_key`, the key of `subscriber.hash` and `suppression.hash`.
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE subscriber (
    -- Never given a second time: deliveries name it, and outlive whoever was removed.
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The random id that tokens carry.
    public  BLOB NOT NULL UNIQUE CHECK (length(public) = 8),
    address TEXT NOT NULL,
    -- The keyed hash of the form of the address that tells duplicates apart, as in `suppression`.
    hash    BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    status  TEXT NOT NULL CHECK (status IN ('active', 'unsubscribed')),
    joined  INTEGER NOT NULL,
    "left"  INTEGER,
    source  TEXT,
    -- The fields as a JSON object: text, numbers, booleans, dates as text. `name` is one of them.
    fields  TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(fields))
) STRICT;

CREATE TABLE tag (
    subscriber INTEGER NOT NULL REFERENCES subscriber (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    PRIMARY KEY (subscriber, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX tag_by_name ON tag (name, subscriber);

-- Nothing goes to these, whatever list they are put on. Of whom is forgotten only the hash stays.
CREATE TABLE suppression (
    hash     BLOB PRIMARY KEY CHECK (length(hash) = 32),
    address  TEXT,
    reason   TEXT NOT NULL CHECK (reason IN ('bounced', 'complained', 'forgotten', 'manual')),
    since    INTEGER NOT NULL,
    detail   TEXT
) STRICT, WITHOUT ROWID;

-- What happened, for the counts by week and source; outlives the subscriber.
CREATE TABLE event (
    id         INTEGER PRIMARY KEY,
    at         INTEGER NOT NULL,
    -- `bounced`: there is no such mailbox; `failed`: a message came back for another reason.
    kind       TEXT NOT NULL CHECK (kind IN ('joined', 'left', 'bounced', 'failed', 'complained')),
    source     TEXT,
    subscriber INTEGER,
    -- The issue that it is counted to, as in the token; 0 for none.
    campaign   INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX event_by_time ON event (at);
-- The same report read twice is one event.
CREATE UNIQUE INDEX event_once ON event (subscriber, campaign, kind) WHERE kind IN ('bounced', 'failed', 'complained');
