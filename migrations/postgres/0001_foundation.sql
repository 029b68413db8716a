-- The foundation: people, servers, facts, checks. The same tables and columns as migrations/sqlite/0001_foundation.sql;
-- a test compares both. Ids are UUIDv7 as hyphenated text, points in time are microseconds UTC, enums are words.
-- Text is ordered by its bytes (COLLATE "C"), as SQLite does.

-- The database's own clock, asked the same way on both databases. Leases go by it.
CREATE VIEW clock AS SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT) AS now;

CREATE TABLE settings (
    key TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    changed_at BIGINT NOT NULL
);

-- Numbers that only grow and are given out in the order of commits.
CREATE TABLE counters (
    name TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    value BIGINT NOT NULL
);
INSERT INTO counters (name, value) VALUES ('hints', 0);

-- Who may do a thing that only one process does at a time.
CREATE TABLE leases (
    name TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    owner TEXT COLLATE "C" NOT NULL,
    lease_until BIGINT NOT NULL
);

CREATE TABLE users (
    id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL,
    -- A PHC string; NULL until an invited person has chosen a password.
    password TEXT COLLATE "C",
    disabled BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    last_login BIGINT
);
CREATE UNIQUE INDEX users_name ON users (lower(name));

CREATE TABLE invitations (
    token_hash TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX invitations_user ON invitations (user_id);

CREATE TABLE sessions (
    id_hash TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    user_id TEXT COLLATE "C" REFERENCES users (id) ON DELETE CASCADE,
    data TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- What people did. Rows are added and never changed; the triggers below refuse everything else.
CREATE TABLE audit (
    id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    at BIGINT NOT NULL,
    user_id TEXT COLLATE "C",
    who TEXT COLLATE "C" NOT NULL,
    action TEXT COLLATE "C" NOT NULL,
    what TEXT COLLATE "C" NOT NULL,
    -- The id of the server, stack, person or key it is about.
    subject TEXT COLLATE "C",
    from_address TEXT COLLATE "C",
    done BOOLEAN NOT NULL
);
CREATE INDEX audit_at ON audit (at, id);
CREATE INDEX audit_subject ON audit (subject, at);
CREATE FUNCTION audit_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'audit rows are never changed or deleted'; END $$;
CREATE TRIGGER audit_never_changes BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_refuses();
CREATE TRIGGER audit_never_shrinks BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_refuses();

CREATE TABLE ssh_keys (
    id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    algorithm TEXT COLLATE "C" NOT NULL,
    public TEXT COLLATE "C" NOT NULL,
    fingerprint TEXT COLLATE "C" NOT NULL,
    -- Sealed with secret.key, bound to this table, row and column.
    private TEXT COLLATE "C" NOT NULL,
    generated BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX ssh_keys_name ON ssh_keys (lower(name));

CREATE TABLE stacks (
    id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    environment TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    owner_id TEXT COLLATE "C" REFERENCES users (id) ON DELETE SET NULL,
    criticality TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX stacks_name ON stacks (lower(name));

CREATE TABLE server_groups (
    id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    stack_id TEXT COLLATE "C" NOT NULL REFERENCES stacks (id) ON DELETE CASCADE,
    name TEXT COLLATE "C" NOT NULL,
    -- Whether its servers run different versions of a component.
    drifts BOOLEAN NOT NULL,
    UNIQUE (stack_id, id)
);
CREATE UNIQUE INDEX server_groups_name ON server_groups (stack_id, lower(name));

CREATE TABLE servers (
    id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    host TEXT COLLATE "C" NOT NULL,
    port BIGINT NOT NULL,
    login_user TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    transport TEXT COLLATE "C" NOT NULL,
    jump_id TEXT COLLATE "C" REFERENCES servers (id),
    key_id TEXT COLLATE "C" REFERENCES ssh_keys (id),
    stack_id TEXT COLLATE "C" REFERENCES stacks (id),
    group_id TEXT COLLATE "C",
    criticality TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    -- How the last attempt ended.
    reach TEXT COLLATE "C" NOT NULL,
    reach_detail TEXT COLLATE "C",
    tried_at BIGINT,
    next_scan_at BIGINT,
    -- The summary of the last facts (model::Summary), so that lists never open a document.
    seen_at BIGINT,
    status TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    trusted_until BIGINT,
    security BIGINT,
    other BIGINT,
    held BIGINT,
    kept_back BIGINT,
    phased BIGINT,
    security_not_ready BIGINT,
    reboot TEXT COLLATE "C" NOT NULL,
    reboot_since BIGINT,
    os TEXT COLLATE "C",
    kernel TEXT COLLATE "C",
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
    server_id TEXT COLLATE "C" NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
    algorithm TEXT COLLATE "C" NOT NULL,
    base64 TEXT COLLATE "C" NOT NULL,
    fingerprint TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    seen_at BIGINT NOT NULL,
    decided_at BIGINT,
    decided_by TEXT COLLATE "C",
    PRIMARY KEY (server_id, base64)
);

-- The last facts of a server, and the answer that they were read from.
CREATE TABLE facts (
    server_id TEXT COLLATE "C" PRIMARY KEY NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
    v BIGINT NOT NULL,
    -- Of the facts without what differs in every scan.
    hash TEXT COLLATE "C" NOT NULL,
    -- model::Facts as JSON, zstd.
    body BYTEA NOT NULL,
    -- What differs in every scan, as JSON: laid over `body` when it is read.
    moment TEXT COLLATE "C" NOT NULL,
    -- The answer as the server gave it, zstd.
    document BYTEA NOT NULL,
    changed_at BIGINT NOT NULL
);

-- The last answer that could not be read, until one can be again.
CREATE TABLE failed_answers (
    server_id TEXT COLLATE "C" PRIMARY KEY NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    document BYTEA NOT NULL
);

CREATE TABLE components (
    server_id TEXT COLLATE "C" NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
    name TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (server_id, name, version)
);

-- A server's timeline.
CREATE TABLE changes (
    id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    server_id TEXT COLLATE "C" NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    what TEXT COLLATE "C" NOT NULL,
    -- A JSON list of lines.
    details TEXT COLLATE "C" NOT NULL,
    behind_our_back BOOLEAN NOT NULL,
    who TEXT COLLATE "C"
);
CREATE INDEX changes_server ON changes (server_id, at);
CREATE INDEX changes_at ON changes (at);

-- One row per day for the fleet (scope 'fleet') and for every stack (scope = its id).
CREATE TABLE trends (
    scope TEXT COLLATE "C" NOT NULL,
    day TEXT COLLATE "C" NOT NULL,
    servers BIGINT NOT NULL,
    security BIGINT NOT NULL,
    other BIGINT NOT NULL,
    reboot BIGINT NOT NULL,
    PRIMARY KEY (scope, day)
);
CREATE INDEX trends_day ON trends (day);

-- Runs. So far only light kinds (checks): one result, no steps, one open at a time per kind and subject.
CREATE TABLE runs (
    id TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    v BIGINT NOT NULL,
    light BOOLEAN NOT NULL,
    params TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C",
    state TEXT COLLATE "C" NOT NULL,
    outcome TEXT COLLATE "C",
    result TEXT COLLATE "C",
    wants TEXT COLLATE "C" NOT NULL,
    epoch BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    owner TEXT COLLATE "C",
    lease_until BIGINT,
    seq BIGINT NOT NULL,
    priority BIGINT NOT NULL,
    not_before BIGINT NOT NULL,
    deadline BIGINT,
    parent_id TEXT COLLATE "C" REFERENCES runs (id) ON DELETE CASCADE,
    asked_at BIGINT NOT NULL,
    asked_by TEXT COLLATE "C",
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
    topics TEXT COLLATE "C" NOT NULL
);
CREATE INDEX hints_at ON hints (at);
