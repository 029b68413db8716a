-- Previews: what a plan was asked for with, what it waits for, and what took its place; and what a group's settings say
-- about the work on its servers. The same tables and columns as migrations/postgres/0003_previews.sql.

-- Drain, restore, health check and settle time, model::options::Care as JSON. NULL: nobody has said.
ALTER TABLE server_groups ADD COLUMN care TEXT;

-- What was asked, versioned JSON of the use-cases.
ALTER TABLE plans ADD COLUMN asked TEXT;
-- The plan that it was made from, and the plan that took its place.
ALTER TABLE plans ADD COLUMN before_id TEXT;
ALTER TABLE plans ADD COLUMN replaced_by TEXT;
-- Why there is no plan, JSON. NULL: there is one.
ALTER TABLE plans ADD COLUMN refused TEXT;

-- The checks that a draft waits for: per server the last one. The check itself is pruned before the plan.
CREATE TABLE plan_checks (
    plan_id TEXT NOT NULL REFERENCES plans (id) ON DELETE CASCADE,
    server_id TEXT NOT NULL,
    check_id TEXT NOT NULL,
    -- How many checks of this server were waited for.
    tries BIGINT NOT NULL,
    PRIMARY KEY (plan_id, server_id)
);
