-- Who had left when they were removed: of them stays that nobody may bring them back but themselves.
CREATE TABLE removed (
    hash   BLOB PRIMARY KEY CHECK (length(hash) = 32),
    "left" INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
