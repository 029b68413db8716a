-- Runs with steps: plans, profiles, waves, steps, their events and logs, and what runs hold. The same tables and columns
-- as migrations/postgres/0002_runs.sql.

-- The least number of servers of a group that must be in service at any time. NULL: nobody has said.
ALTER TABLE server_groups ADD COLUMN min_in_service BIGINT;

CREATE TABLE plans (
    id TEXT PRIMARY KEY NOT NULL,
    stack_id TEXT REFERENCES stacks (id) ON DELETE SET NULL,
    state TEXT NOT NULL,
    -- Covers the rendered text of every command; what is approved.
    hash TEXT NOT NULL,
    -- Covers what the plan was computed from.
    generation TEXT NOT NULL,
    v BIGINT NOT NULL,
    -- The plan as JSON of version `v`, zstd.
    body BLOB NOT NULL,
    -- What was ticked, versioned JSON.
    options TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT,
    approved_at BIGINT,
    approved_by TEXT
);
CREATE INDEX plans_created ON plans (created_at, id);
CREATE INDEX plans_stack ON plans (stack_id, created_at);

-- Options saved under a name, for one stack or (NULL) for all.
CREATE TABLE profiles (
    id TEXT PRIMARY KEY NOT NULL,
    stack_id TEXT REFERENCES stacks (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    options TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT
);
CREATE UNIQUE INDEX profiles_name ON profiles (lower(name), COALESCE(stack_id, ''));
CREATE INDEX profiles_stack ON profiles (stack_id);

-- Runs with steps stand in the same table as checks, which have none of this.
ALTER TABLE runs ADD COLUMN plan_id TEXT REFERENCES plans (id);
-- The number that servers compare; it grows with every claim of any run.
ALTER TABLE runs ADD COLUMN fence BIGINT NOT NULL DEFAULT 0;
-- How many lanes may fail before nothing new is started.
ALTER TABLE runs ADD COLUMN failure_budget BIGINT NOT NULL DEFAULT 0;
-- When a waiting run goes on by itself; NULL: when somebody lets it.
ALTER TABLE runs ADD COLUMN resume_at BIGINT;
-- Why it is where it is, one sentence.
ALTER TABLE runs ADD COLUMN why TEXT;
ALTER TABLE runs ADD COLUMN lanes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN lanes_ended BIGINT NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN lanes_failed BIGINT NOT NULL DEFAULT 0;
-- A plan is run at most once.
CREATE UNIQUE INDEX runs_plan ON runs (plan_id);
CREATE INDEX runs_open ON runs (asked_at, id) WHERE NOT light AND state <> 'ended';
CREATE INDEX runs_history ON runs (asked_at, id) WHERE NOT light;

CREATE TABLE run_stacks (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    stack_id TEXT NOT NULL REFERENCES stacks (id) ON DELETE CASCADE,
    PRIMARY KEY (run_id, stack_id)
);
CREATE INDEX run_stacks_stack ON run_stacks (stack_id);

-- What a run still needs for itself alone; a server is removed when its lane has ended.
CREATE TABLE run_resources (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    resource TEXT NOT NULL,
    PRIMARY KEY (run_id, resource)
);
CREATE INDEX run_resources_resource ON run_resources (resource);

-- What runs have for themselves alone: all of what they need, or nothing.
CREATE TABLE holds (
    resource TEXT PRIMARY KEY NOT NULL,
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    fence BIGINT NOT NULL
);
CREATE INDEX holds_run ON holds (run_id);

CREATE TABLE waves (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    -- From 1.
    wave BIGINT NOT NULL,
    -- How many lanes at the same time.
    width BIGINT NOT NULL,
    -- 'none', 'person', or 'after' with the microseconds to wait.
    gate TEXT NOT NULL,
    gate_us BIGINT,
    opened_at BIGINT,
    PRIMARY KEY (run_id, wave)
);

CREATE TABLE steps (
    id TEXT PRIMARY KEY NOT NULL,
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    wave BIGINT NOT NULL,
    -- The server's id. It stays when the server is removed.
    lane TEXT NOT NULL,
    -- The position in the plan.
    ord BIGINT NOT NULL,
    kind TEXT NOT NULL,
    v BIGINT NOT NULL,
    params TEXT NOT NULL,
    role TEXT NOT NULL,
    state TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    -- Whether something may have been done in its name.
    began BOOLEAN NOT NULL,
    outcome TEXT,
    -- One sentence: what is to be said about the outcome, or what it waits for.
    said TEXT,
    -- What its kind has to show for it, versioned JSON.
    result TEXT,
    -- What the act left for the verification, in the kind's own format.
    report TEXT,
    -- Whether the act is gone without an end.
    gone BOOLEAN NOT NULL,
    timeout_us BIGINT NOT NULL CHECK (timeout_us > 0),
    deadline BIGINT,
    started_at BIGINT,
    ended_at BIGINT,
    proof_at BIGINT,
    -- Bytes of the log so far, stored or not; the only cursor.
    log_len BIGINT NOT NULL,
    -- Where the server's present log file begins in it.
    log_base BIGINT NOT NULL,
    -- Ends of lines so far, and whether the last byte was a carriage return.
    log_lines BIGINT NOT NULL,
    log_cr BOOLEAN NOT NULL,
    UNIQUE (run_id, ord)
);
CREATE INDEX steps_lane ON steps (lane);

CREATE TABLE events (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    step_id TEXT,
    v BIGINT NOT NULL,
    -- model::run::RunEvent of version `v`, JSON.
    body TEXT NOT NULL,
    PRIMARY KEY (run_id, seq)
);

CREATE TABLE log_segments (
    step_id TEXT NOT NULL REFERENCES steps (id) ON DELETE CASCADE,
    attempt BIGINT NOT NULL,
    -- The first byte's place in the log, and how many there are.
    start BIGINT NOT NULL,
    len BIGINT NOT NULL,
    -- Ends of lines before the first byte.
    first_line BIGINT NOT NULL,
    -- zstd, once the step has ended.
    packed BOOLEAN NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (step_id, attempt, start)
);
CREATE INDEX log_segments_loose ON log_segments (step_id) WHERE NOT packed;

-- Servers that a run took out of service and that were not put back. A row outlives its run when putting the server
-- back failed, and the run's own retention, too.
CREATE TABLE out_of_service (
    server_id TEXT PRIMARY KEY NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
    run_id TEXT NOT NULL,
    step_id TEXT NOT NULL,
    since BIGINT NOT NULL
);
CREATE INDEX out_of_service_run ON out_of_service (run_id);

INSERT INTO counters (name, value) VALUES ('fence', 0);
