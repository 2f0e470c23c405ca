-- Who reads, who left, and who must not be written to. Times are seconds since 1970, UTC.

-- What is one of a kind, by name: the list's number in tokens, the key of `suppression.hash`.
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The roots of the token keys, by the number that a token carries. The newest mints, all verify.
CREATE TABLE token_key (
    id     INTEGER PRIMARY KEY CHECK (id BETWEEN 0 AND 255),
    secret BLOB NOT NULL CHECK (length(secret) = 32),
    made   INTEGER NOT NULL
) STRICT;

CREATE TABLE subscriber (
    id      INTEGER PRIMARY KEY,
    -- The random id that tokens carry.
    public  BLOB NOT NULL UNIQUE CHECK (length(public) = 8),
    address TEXT NOT NULL,
    -- The form of the address that tells duplicates apart.
    key     TEXT NOT NULL UNIQUE,
    -- The keyed hash of that form, as in `suppression`.
    hash    BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    status  TEXT NOT NULL CHECK (status IN ('active', 'unsubscribed')),
    joined  INTEGER NOT NULL,
    "left"  INTEGER,
    source  TEXT,
    -- The fields as a JSON object: text, numbers, booleans, dates as text.
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
    kind       TEXT NOT NULL CHECK (kind IN ('joined', 'left', 'bounced', 'complained')),
    source     TEXT,
    subscriber INTEGER,
    -- The issue that it is counted to, as in the token.
    campaign   INTEGER
) STRICT;
CREATE INDEX event_by_time ON event (at);
