-- What the rules found: read from the dataset, made anew when a run has replaced it, never precious.
DROP VIEW IF EXISTS found;
DROP TABLE IF EXISTS article;
DROP TABLE IF EXISTS mention;
DROP TABLE IF EXISTS tally;
DROP TABLE IF EXISTS grp;
DROP TABLE IF EXISTS rule;
DROP TABLE IF EXISTS entity;

CREATE TABLE article (
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

CREATE TABLE mention (
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
    sentence_at INTEGER NOT NULL,         -- where the sentence begins in the article
    source_start INTEGER,                 -- as found, in the decoded source; null where it is no plain text
    source_end  INTEGER,
    rule_id     TEXT NOT NULL,
    score       REAL NOT NULL,
    seen        TEXT NOT NULL,            -- JSON: the same as the rules found it
    by_rules    INTEGER NOT NULL,         -- whether the rules find it now
    group_id    INTEGER,
    status      TEXT NOT NULL DEFAULT 'unreviewed',  -- or displaced: it gives way to what was decided across it
    reviewed_by TEXT,
    standing    INTEGER,                  -- the step of the decision for all alike that it follows, if nobody decided it by itself
    disputed    INTEGER NOT NULL DEFAULT 0,
    lang        TEXT NOT NULL,
    publisher   TEXT,
    month       TEXT
);

-- How many mentions of a status have a value of a facet ('' for all of the status), kept by the triggers of facets.py.
CREATE TABLE tally (
    facet  TEXT NOT NULL,
    status TEXT NOT NULL,
    value  TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (facet, status, value)
) WITHOUT ROWID;

-- One surface form under one rule and label: what a single decision may settle.
CREATE TABLE grp (
    id      INTEGER PRIMARY KEY,
    text    TEXT NOT NULL,
    rule_id TEXT NOT NULL,
    rule    INTEGER NOT NULL,             -- its row in the table of rules
    label   TEXT NOT NULL,
    open    INTEGER NOT NULL,             -- mentions that nobody has looked at
    decided INTEGER NOT NULL DEFAULT 0,
    doubt   REAL NOT NULL,                -- rarity and disagreement between rules
    weight  REAL GENERATED ALWAYS AS (open * 1.0 / (1 + 2 * decided)) VIRTUAL
);

CREATE TABLE rule (
    row   INTEGER PRIMARY KEY,
    id    TEXT NOT NULL UNIQUE,
    prior REAL NOT NULL,                  -- share of wrong mentions to expect before anybody has decided
    good  INTEGER NOT NULL DEFAULT 0,
    bad   INTEGER NOT NULL DEFAULT 0,
    risk  REAL NOT NULL,
    doubt REAL NOT NULL DEFAULT 0         -- the largest of its groups
);
CREATE TABLE entity (
    id        TEXT PRIMARY KEY,
    label     TEXT NOT NULL,
    name_zh   TEXT,
    name_en   TEXT,
    parent_id TEXT,
    found_zh  TEXT,                       -- the names of the dataset, before any renaming
    found_en  TEXT
);
-- A mention as if nobody had decided anything: what a blind second look shows.
CREATE VIEW found AS SELECT
    id, position, article_id, json_extract(seen, '$.label') AS label, json_extract(seen, '$.quote') AS text,
    json_extract(seen, '$.start') AS start, json_extract(seen, '$.start') + length(json_extract(seen, '$.quote')) AS end,
    json_extract(seen, '$.value') AS value, json_extract(seen, '$.entity_id') AS entity_id, sentence, sentence_at,
    source_start, source_end, rule_id, score, seen, by_rules, group_id, 'unreviewed' AS status, NULL AS reviewed_by,
    NULL AS standing, 0 AS disputed, lang, publisher, month
    FROM mention;
