-- What people did. Nothing here is ever updated but the mark that an action was undone, and where a step attaches now.
CREATE TABLE IF NOT EXISTS action (
    id        INTEGER PRIMARY KEY,
    user      TEXT NOT NULL,
    at        TEXT NOT NULL,              -- ISO 8601, UTC
    kind      TEXT NOT NULL,              -- accept, reject, unsure, correct, add, import, merge, split, rename, apart
    note      TEXT NOT NULL DEFAULT '',   -- what was done, in a few words of data: a surface, a name
    undone_at TEXT,
    undone_by TEXT
);
CREATE INDEX IF NOT EXISTS action_of_user ON action (user, undone_at, id);

CREATE TABLE IF NOT EXISTS step (
    id         INTEGER PRIMARY KEY,
    action_id  INTEGER NOT NULL REFERENCES action (id),
    kind       TEXT NOT NULL,             -- decision, standing, move, naming, apart
    content    TEXT NOT NULL,             -- JSON of the struct in decisions/records.py
    article_id TEXT,                      -- of the article as it was then
    mention_id TEXT,                      -- of the mention it attaches to now; null for an orphan
    state      TEXT NOT NULL DEFAULT 'here',  -- here, moved, absent (words there, rules silent), orphan
    settles    INTEGER NOT NULL DEFAULT 0 -- whether it ends a disagreement
);
CREATE INDEX IF NOT EXISTS step_of_action ON step (action_id);
CREATE INDEX IF NOT EXISTS step_of_mention ON step (mention_id, id);
CREATE INDEX IF NOT EXISTS step_of_kind ON step (kind, state, id);
CREATE INDEX IF NOT EXISTS step_of_surface ON step (json_extract(content, '$.example.quote')) WHERE kind = 'standing';
CREATE VIEW IF NOT EXISTS in_force AS
    SELECT step.*, action.user FROM step JOIN action ON action.id = step.action_id WHERE action.undone_at IS NULL;

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
