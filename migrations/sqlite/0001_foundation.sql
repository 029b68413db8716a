-- The foundation: people, servers, facts, checks. The same tables and columns as migrations/postgres/0001_foundation.sql;
-- a test compares both. Ids are UUIDv7 as hyphenated text, points in time are microseconds UTC, enums are words.

-- The database's own clock, asked the same way on both databases. Leases go by it.
CREATE VIEW clock AS SELECT CAST(unixepoch('subsec') * 1000000 AS INTEGER) AS now;

CREATE TABLE settings (
    key TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);

-- Numbers that only grow and are given out in the order of commits.
CREATE TABLE counters (
    name TEXT PRIMARY KEY NOT NULL,
    value BIGINT NOT NULL
);
INSERT INTO counters (name, value) VALUES ('hints', 0);

-- Who may do a thing that only one process does at a time.
CREATE TABLE leases (
    name TEXT PRIMARY KEY NOT NULL,
    owner TEXT NOT NULL,
    lease_until BIGINT NOT NULL
);

CREATE TABLE users (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    -- A PHC string; NULL until an invited person has chosen a password.
    password TEXT,
    disabled BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    last_login BIGINT
);
CREATE UNIQUE INDEX users_name ON users (lower(name));

CREATE TABLE invitations (
    token_hash TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX invitations_user ON invitations (user_id);

CREATE TABLE sessions (
    id_hash TEXT PRIMARY KEY NOT NULL,
    user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
    data TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- What people did. Rows are added and never changed; the triggers below refuse everything else.
CREATE TABLE audit (
    id TEXT PRIMARY KEY NOT NULL,
    at BIGINT NOT NULL,
    user_id TEXT,
    who TEXT NOT NULL,
    action TEXT NOT NULL,
    what TEXT NOT NULL,
    -- The id of the server, stack, person or key it is about.
    subject TEXT,
    from_address TEXT,
    done BOOLEAN NOT NULL
);
CREATE INDEX audit_at ON audit (at, id);
CREATE INDEX audit_subject ON audit (subject, at);
CREATE TRIGGER audit_never_changes BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit rows are never changed'); END;
CREATE TRIGGER audit_never_shrinks BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'audit rows are never deleted'); END;

CREATE TABLE ssh_keys (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    public TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    -- Sealed with secret.key, bound to this table, row and column.
    private TEXT NOT NULL,
    generated BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX ssh_keys_name ON ssh_keys (lower(name));

CREATE TABLE stacks (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    environment TEXT NOT NULL,
    kind TEXT NOT NULL,
    owner_id TEXT REFERENCES users (id) ON DELETE SET NULL,
    criticality TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX stacks_name ON stacks (lower(name));

CREATE TABLE server_groups (
    id TEXT PRIMARY KEY NOT NULL,
    stack_id TEXT NOT NULL REFERENCES stacks (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    -- Whether its servers run different versions of a component.
    drifts BOOLEAN NOT NULL,
    UNIQUE (stack_id, id)
);
CREATE UNIQUE INDEX server_groups_name ON server_groups (stack_id, lower(name));

CREATE TABLE servers (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    host TEXT NOT NULL,
    port BIGINT NOT NULL,
    login_user TEXT NOT NULL,
    account TEXT NOT NULL,
    transport TEXT NOT NULL,
    jump_id TEXT REFERENCES servers (id),
    key_id TEXT REFERENCES ssh_keys (id),
    stack_id TEXT REFERENCES stacks (id),
    group_id TEXT,
    criticality TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- How the last attempt ended.
    reach TEXT NOT NULL,
    reach_detail TEXT,
    tried_at BIGINT,
    next_scan_at BIGINT,
    -- The summary of the last facts (model::Summary), so that lists never open a document.
    seen_at BIGINT,
    status TEXT NOT NULL,
    reason TEXT NOT NULL,
    trusted_until BIGINT,
    security BIGINT,
    other BIGINT,
    held BIGINT,
    kept_back BIGINT,
    phased BIGINT,
    security_not_ready BIGINT,
    reboot TEXT NOT NULL,
    reboot_since BIGINT,
    os TEXT,
    kernel TEXT,
    open_ports BIGINT,
    FOREIGN KEY (stack_id, group_id) REFERENCES server_groups (stack_id, id)
);
CREATE UNIQUE INDEX servers_name ON servers (lower(name));
CREATE INDEX servers_stack ON servers (stack_id, group_id);
CREATE INDEX servers_group ON servers (group_id);
CREATE INDEX servers_jump ON servers (jump_id);
CREATE INDEX servers_key ON servers (key_id);
CREATE INDEX servers_next_scan ON servers (next_scan_at);

CREATE TABLE host_keys (
    server_id TEXT NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
    algorithm TEXT NOT NULL,
    base64 TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    state TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    decided_at BIGINT,
    decided_by TEXT,
    PRIMARY KEY (server_id, base64)
);

-- The last facts of a server, and the answer that they were read from.
CREATE TABLE facts (
    server_id TEXT PRIMARY KEY NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
    v BIGINT NOT NULL,
    -- Of the facts without what differs in every scan.
    hash TEXT NOT NULL,
    -- model::Facts as JSON, zstd.
    body BLOB NOT NULL,
    -- What differs in every scan, as JSON: laid over `body` when it is read.
    moment TEXT NOT NULL,
    -- The answer as the server gave it, zstd.
    document BLOB NOT NULL,
    changed_at BIGINT NOT NULL
);

-- The last answer that could not be read, until one can be again.
CREATE TABLE failed_answers (
    server_id TEXT PRIMARY KEY NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    document BLOB NOT NULL
);

CREATE TABLE components (
    server_id TEXT NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    PRIMARY KEY (server_id, name, version)
);

-- A server's timeline.
CREATE TABLE changes (
    id TEXT PRIMARY KEY NOT NULL,
    server_id TEXT NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    what TEXT NOT NULL,
    -- A JSON list of lines.
    details TEXT NOT NULL,
    behind_our_back BOOLEAN NOT NULL,
    who TEXT
);
CREATE INDEX changes_server ON changes (server_id, at);
CREATE INDEX changes_at ON changes (at);

-- One row per day for the fleet (scope 'fleet') and for every stack (scope = its id).
CREATE TABLE trends (
    scope TEXT NOT NULL,
    day TEXT NOT NULL,
    servers BIGINT NOT NULL,
    security BIGINT NOT NULL,
    other BIGINT NOT NULL,
    reboot BIGINT NOT NULL,
    PRIMARY KEY (scope, day)
);
CREATE INDEX trends_day ON trends (day);

-- Runs. So far only light kinds (checks): one result, no steps, one open at a time per kind and subject.
CREATE TABLE runs (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    v BIGINT NOT NULL,
    light BOOLEAN NOT NULL,
    params TEXT NOT NULL,
    subject TEXT,
    state TEXT NOT NULL,
    outcome TEXT,
    result TEXT,
    wants TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    owner TEXT,
    lease_until BIGINT,
    seq BIGINT NOT NULL,
    priority BIGINT NOT NULL,
    not_before BIGINT NOT NULL,
    deadline BIGINT,
    parent_id TEXT REFERENCES runs (id) ON DELETE CASCADE,
    asked_at BIGINT NOT NULL,
    asked_by TEXT,
    started_at BIGINT,
    ended_at BIGINT
);
CREATE UNIQUE INDEX runs_one_open_check ON runs (kind, subject) WHERE light AND state <> 'ended';
CREATE INDEX runs_queue ON runs (kind, priority, not_before, id) WHERE state = 'queued';
CREATE INDEX runs_held ON runs (owner, lease_until) WHERE state = 'running';
CREATE INDEX runs_open_subject ON runs (subject) WHERE state <> 'ended';
CREATE INDEX runs_subject ON runs (subject, asked_at);
CREATE INDEX runs_asked ON runs (asked_at, id);
CREATE INDEX runs_ended ON runs (ended_at) WHERE state = 'ended';
CREATE INDEX runs_parent ON runs (parent_id);

-- What pages are to be read again. Numbered in the order of commits; pruned after a while.
CREATE TABLE hints (
    seq BIGINT PRIMARY KEY NOT NULL,
    at BIGINT NOT NULL,
    -- A JSON list of model::Topic: what one commit touched. null is everything.
    topics TEXT NOT NULL
);
CREATE INDEX hints_at ON hints (at);
