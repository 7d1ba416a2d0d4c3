-- What people did. Nothing here is ever updated but the mark that an action was undone, and where a step attaches now.
CREATE TABLE IF NOT EXISTS action (
    id        INTEGER PRIMARY KEY,
    user      TEXT NOT NULL,
    at        TEXT NOT NULL,              -- ISO 8601, UTC
    kind      TEXT NOT NULL,              -- decide, decide_many, add, import, merge, split, rename, apart
    note      TEXT NOT NULL DEFAULT '',   -- what was done, in a few words of data: a surface, a name
    undone_at TEXT,
    undone_by TEXT
);
CREATE INDEX IF NOT EXISTS action_of_user ON action (user, undone_at, id);

CREATE TABLE IF NOT EXISTS step (
    id         INTEGER PRIMARY KEY,
    action_id  INTEGER NOT NULL REFERENCES action (id),
    kind       TEXT NOT NULL,             -- decision, move, naming, apart
    content    TEXT NOT NULL,             -- JSON of the struct in decisions.py
    article_id TEXT,                      -- of the article as it was then
    mention_id TEXT,                      -- of the mention it attaches to now; null for an orphan
    state      TEXT NOT NULL DEFAULT 'here',  -- here, moved, absent (words there, rules silent), orphan
    settles    INTEGER NOT NULL DEFAULT 0 -- whether it ends a disagreement
);
CREATE INDEX IF NOT EXISTS step_of_action ON step (action_id);
CREATE INDEX IF NOT EXISTS step_of_mention ON step (mention_id, id);
CREATE INDEX IF NOT EXISTS step_of_kind ON step (kind, state, id);

CREATE TABLE IF NOT EXISTS user (
    name    TEXT PRIMARY KEY,
    hash    TEXT NOT NULL,                -- argon2id
    made_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS session (
    id      TEXT PRIMARY KEY,             -- SHA-256 of the cookie
    user    TEXT NOT NULL,
    csrf    TEXT NOT NULL,
    seen_at REAL NOT NULL                 -- seconds since the epoch
);
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);

-- What the rules found: read from the dataset, read again when a run has replaced it, never precious.
CREATE TABLE IF NOT EXISTS article (
    id           TEXT PRIMARY KEY,
    position     INTEGER NOT NULL,
    source       TEXT NOT NULL,
    source_id    TEXT,
    url          TEXT,
    title        TEXT,
    publisher    TEXT,
    published_at TEXT,
    lang         TEXT NOT NULL,
    text         TEXT NOT NULL,
    kept         TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS article_of_source ON article (source, source_id);

CREATE TABLE IF NOT EXISTS mention (
    id          TEXT PRIMARY KEY,
    position    INTEGER NOT NULL,         -- order in the corpus
    article_id  TEXT NOT NULL,
    label       TEXT NOT NULL,            -- label, text, start, end, value, entity_id: as decided, else as found
    text        TEXT NOT NULL,
    start       INTEGER NOT NULL,
    end         INTEGER NOT NULL,
    value       TEXT,
    entity_id   TEXT,
    sentence    TEXT NOT NULL,
    rule_id     TEXT NOT NULL,
    score       REAL NOT NULL,
    seen        TEXT NOT NULL,            -- JSON: the same as the rules found it
    by_rules    INTEGER NOT NULL,         -- whether the rules find it now
    group_id    INTEGER,
    status      TEXT NOT NULL DEFAULT 'unreviewed',
    reviewed_by TEXT,
    disputed    INTEGER NOT NULL DEFAULT 0,
    lang        TEXT NOT NULL,
    publisher   TEXT,
    month       TEXT
);
CREATE INDEX IF NOT EXISTS mention_of_article ON mention (article_id, start);
CREATE INDEX IF NOT EXISTS mention_of_group ON mention (group_id, status, position);
CREATE INDEX IF NOT EXISTS mention_of_entity ON mention (entity_id, text);
CREATE INDEX IF NOT EXISTS mention_of_text ON mention (text, entity_id);
CREATE INDEX IF NOT EXISTS mention_by_label ON mention (status, label);
CREATE INDEX IF NOT EXISTS mention_by_rule ON mention (status, rule_id);
CREATE INDEX IF NOT EXISTS mention_by_lang ON mention (status, lang);
CREATE INDEX IF NOT EXISTS mention_by_publisher ON mention (status, publisher);
CREATE INDEX IF NOT EXISTS mention_by_month ON mention (status, month);
CREATE INDEX IF NOT EXISTS mention_by_entity ON mention (status, entity_id);
CREATE INDEX IF NOT EXISTS mention_disputed ON mention (disputed) WHERE disputed;

-- One surface form under one rule and label: what a single decision may settle.
CREATE TABLE IF NOT EXISTS grp (
    id      INTEGER PRIMARY KEY,
    text    TEXT NOT NULL,
    rule_id TEXT NOT NULL,
    rule    INTEGER NOT NULL,             -- its row in the table of rules
    label   TEXT NOT NULL,
    lang    TEXT NOT NULL,
    open    INTEGER NOT NULL,
    decided INTEGER NOT NULL DEFAULT 0,
    doubt   REAL NOT NULL                 -- rarity and disagreement between rules
);
-- Holds all that orders the queue: the next mention is found without looking at a single row of groups.
CREATE INDEX IF NOT EXISTS grp_worth ON grp (open, rule, doubt, decided);

CREATE TABLE IF NOT EXISTS rule (
    row   INTEGER PRIMARY KEY,
    id    TEXT NOT NULL UNIQUE,
    total INTEGER NOT NULL,
    prior REAL NOT NULL,                  -- share of wrong mentions to expect before anybody has decided
    good  INTEGER NOT NULL DEFAULT 0,
    bad   INTEGER NOT NULL DEFAULT 0,
    risk  REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS entity (
    id        TEXT PRIMARY KEY,
    label     TEXT NOT NULL,
    name_zh   TEXT,
    name_en   TEXT,
    parent_id TEXT,
    found_zh  TEXT,                       -- the names of the dataset, before any renaming
    found_en  TEXT
);
