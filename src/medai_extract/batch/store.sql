-- What the store of a dataset knows. Texts that may hold half a surrogate pair (file names) are blobs of UTF-8.

-- change: counts every change of what a dataset is made of.
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- Patterns, settings and code that results were made with. `patterns` is a hash of the pattern files, `rest` one of what is in them but
-- for the name lists, `names` the packed name lists (what a change of names is told from), `rules` a hash of every rule by its id.
CREATE TABLE IF NOT EXISTS making (
    id         INTEGER PRIMARY KEY,
    settings   TEXT NOT NULL,
    code       TEXT NOT NULL,
    patterns   TEXT NOT NULL,
    rest       TEXT NOT NULL,
    names      BLOB NOT NULL,
    names_size INTEGER NOT NULL,
    rules      BLOB NOT NULL,
    UNIQUE (settings, code, patterns)
);

-- Inputs as they were read last; `reading` names the items that came of it, `digest` is a hash of them.
CREATE TABLE IF NOT EXISTS input (
    path     BLOB PRIMARY KEY,
    size     INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    sha256   TEXT NOT NULL,
    reader   TEXT NOT NULL,
    reading  INTEGER NOT NULL,
    digest   TEXT NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS input_of_reading ON input (reading);

-- What came of a reading, in order: an article, by the key of its result, or a row of `rejected` (JSON).
CREATE TABLE IF NOT EXISTS item (
    reading   INTEGER NOT NULL,
    place     INTEGER NOT NULL,
    source    BLOB NOT NULL,
    source_id TEXT,
    text_id   TEXT,                       -- the article's id, were it no copy
    key       TEXT,
    rejected  BLOB,
    PRIMARY KEY (reading, place)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS item_of_key ON item (key);

CREATE TABLE IF NOT EXISTS part (
    id        INTEGER PRIMARY KEY,
    name      TEXT NOT NULL UNIQUE,       -- SHA-256 of the file, cut
    size      INTEGER NOT NULL,           -- bytes of results; the scan follows them
    scan_size INTEGER NOT NULL            -- bytes of the scan, unpacked
);

-- Results that are kept: those in force (`latest`), and older ones that a run still shows.
CREATE TABLE IF NOT EXISTS result (
    id                INTEGER PRIMARY KEY,
    key               TEXT NOT NULL,
    digest            TEXT NOT NULL,
    part              INTEGER NOT NULL REFERENCES part (id),
    place             INTEGER NOT NULL,   -- among the results of the part
    start             INTEGER NOT NULL,   -- bytes
    length            INTEGER NOT NULL,
    size              INTEGER NOT NULL,   -- bytes, unpacked
    characters        INTEGER NOT NULL,
    source_characters INTEGER NOT NULL,
    published_at      TEXT,
    publisher         TEXT,
    signature         BLOB NOT NULL,
    failed            INTEGER NOT NULL,
    making            INTEGER NOT NULL REFERENCES making (id)
);
CREATE INDEX IF NOT EXISTS result_of_part ON result (part);

-- The result in force of an article, and the patterns, settings and code under which it is known to hold.
CREATE TABLE IF NOT EXISTS latest (
    key    TEXT PRIMARY KEY,
    result INTEGER NOT NULL REFERENCES result (id),
    making INTEGER NOT NULL REFERENCES making (id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS latest_of_making ON latest (making);
CREATE INDEX IF NOT EXISTS latest_of_result ON latest (result);

-- Articles that took down their worker, or hung, alone and twice: tried again by the next run.
CREATE TABLE IF NOT EXISTS lost (key TEXT PRIMARY KEY, reason TEXT NOT NULL) WITHOUT ROWID;

-- Runs that published something. `state` is a hash of all that it was made of; `description` its run.json, `rejected` its rows (packed JSON Lines).
CREATE TABLE IF NOT EXISTS run (
    id            INTEGER PRIMARY KEY,
    finished_at   TEXT NOT NULL,
    making        INTEGER NOT NULL REFERENCES making (id),
    state         TEXT NOT NULL,
    description   BLOB NOT NULL,
    rejected      BLOB NOT NULL,
    rejected_size INTEGER NOT NULL
);

-- The articles of every run that is kept: from run `since` on, until before run `until`.
CREATE TABLE IF NOT EXISTS member (
    id           INTEGER PRIMARY KEY,
    path         BLOB NOT NULL,
    place        INTEGER NOT NULL,
    source       BLOB NOT NULL,
    source_id    TEXT,
    article      TEXT NOT NULL,
    duplicate_of TEXT,
    counted      INTEGER NOT NULL,        -- whether its mentions count for its entities
    own          INTEGER NOT NULL,        -- whether the rows of its result are its own, not those of its equals
    result       INTEGER NOT NULL REFERENCES result (id),
    since        INTEGER NOT NULL,
    until        INTEGER
);
CREATE INDEX IF NOT EXISTS member_until ON member (until);
CREATE INDEX IF NOT EXISTS member_of_article ON member (article);
CREATE INDEX IF NOT EXISTS member_of_result ON member (result);
