-- What stands between the services and graphile-worker's tables. Its private tables are touched here and nowhere else.
--
-- A job's payload is an envelope: {id, enqueuedAt, failed, maxAttempts, key, error, payload}. Every job has a job_key: the
-- task's own key or else its id. A job whose key is null has been superseded, retried or buried: nobody may act on it.
create schema if not exists dabba;

create table if not exists dabba.dead_tasks (
  id text primary key,
  task text not null,
  payload jsonb,
  key text,
  attempts int not null,
  max_attempts int not null,
  error text not null,
  enqueued_at timestamptz not null,
  died_at timestamptz not null default clock_timestamp()
);

-- Without it every search for dead workers would read all waiting timers.
create index if not exists dabba_locked_jobs on graphile_worker._private_jobs (locked_by) where locked_by is not null;

-- tasks: [{task, payload, key?, runAt? (epoch ms), within? (ms), maxAttempts?, cancel?}]. Of several with one key the last stays.
--
-- graphile-worker's own add_jobs does the same with job_key_mode 'replace', but plans its statements anew each time (0.7 ms,
-- within the append's lock, where this takes a tenth), and wakes a worker for what is due in an hour.
create or replace function dabba.enqueue_tasks(tasks jsonb) returns void language plpgsql as $$
declare
  wanted jsonb;
  own_key text;
  id text;
  of_task int;
  due timestamptz;
  envelope json;
  ready int := 0;
  soon int := 0;
begin
  for wanted in select t from jsonb_array_elements(tasks) with ordinality element(t, n) order by n loop
    if (wanted->>'cancel')::boolean then
      delete from graphile_worker._private_jobs where key = wanted->>'key' and locked_at is null;
      continue;
    end if;
    select tasks.id into of_task from graphile_worker._private_tasks tasks where identifier = wanted->>'task';
    if not found then
      insert into graphile_worker._private_tasks (identifier) values (wanted->>'task') on conflict do nothing;
      select tasks.id into of_task from graphile_worker._private_tasks tasks where identifier = wanted->>'task';
    end if;
    id := gen_random_uuid();
    own_key := coalesce(wanted->>'key', id);
    due := coalesce(to_timestamp((wanted->>'runAt')::double precision / 1000), now());
    envelope := json_build_object(
      'id', id,
      'enqueuedAt', floor(extract(epoch from clock_timestamp()) * 1000)::bigint,
      'failed', 0,
      'maxAttempts', coalesce((wanted->>'maxAttempts')::int, 25),
      'key', wanted->'key',
      'payload', coalesce(wanted->'payload', '{}'));
    loop
      insert into graphile_worker._private_jobs as jobs (task_id, payload, run_at, max_attempts, key, priority)
      values (of_task, envelope, due, 32767, own_key, 0)
      on conflict (key) do update set
        task_id = excluded.task_id, payload = excluded.payload,
        run_at = least(excluded.run_at, jobs.created_at + (wanted->>'within')::double precision * interval '1 millisecond'),
        max_attempts = excluded.max_attempts, revision = jobs.revision + 1, attempts = 0, last_error = null,
        updated_at = now()
      where jobs.locked_at is null;
      exit when found;
      -- One that runs already ends, but is not tried again: what it knows is out of date.
      update graphile_worker._private_jobs jobs set key = null, attempts = jobs.max_attempts, updated_at = now()
       where key = own_key and locked_at is not null;
    end loop;
    if due <= now() then ready := ready + 1;
    elsif due <= now() + interval '1.2 seconds' then soon := soon + 1;
    end if;
  end loop;
  -- Workers look for as many as are due; alarms are set for the others. Who looks ahead, 1.5 seconds each second, sees later ones in time.
  if ready + soon > 0 then
    perform pg_notify('jobs:insert', json_build_object('r', random(), 'count', ready, 'soon', soon)::text);
  end if;
end;
$$;

-- The job's task and key if `owner` still has it, and holds off everybody who would replace it until the commit.
create or replace function dabba.claim_task(job_id bigint, owner text)
returns table (task text, key text, envelope jsonb) language sql as $$
  select tasks.identifier, jobs.key, jobs.payload::jsonb
  from graphile_worker._private_jobs jobs join graphile_worker._private_tasks tasks on tasks.id = jobs.task_id
  where jobs.id = job_id and jobs.locked_by = owner and jobs.key is not null
  for update of jobs;
$$;

-- Puts the task back, to run in `delay_ms`; false when it is no longer `owner`'s. The owner's job is neutralised in the
-- same transaction, so a crash right after leaves one task.
create or replace function dabba.retry_task(job_id bigint, owner text, failed int, delay_ms double precision, error text)
returns boolean language plpgsql as $$
declare
  claimed record;
begin
  select * into claimed from dabba.claim_task(job_id, owner);
  if not found then return false; end if;
  perform graphile_worker.add_job(
    claimed.task,
    (claimed.envelope || jsonb_build_object('failed', failed, 'error', error))::json,
    run_at => clock_timestamp() + delay_ms * interval '1 millisecond',
    max_attempts => 32767,
    job_key => claimed.key);
  return true;
end;
$$;

-- Makes the task a dead letter; false when it is no longer `owner`'s.
create or replace function dabba.bury_task(job_id bigint, owner text, attempts int, error text)
returns boolean language plpgsql as $$
declare
  claimed record;
begin
  select * into claimed from dabba.claim_task(job_id, owner);
  if not found then return false; end if;
  insert into dabba.dead_tasks (id, task, payload, key, attempts, max_attempts, error, enqueued_at)
  values (
    coalesce(claimed.envelope->>'id', 'job-' || job_id),
    claimed.task,
    case when claimed.envelope ? 'id' then claimed.envelope->'payload' else claimed.envelope end,
    claimed.envelope->>'key',
    bury_task.attempts,
    coalesce((claimed.envelope->>'maxAttempts')::int, 1),
    bury_task.error,
    coalesce(to_timestamp((claimed.envelope->>'enqueuedAt')::double precision / 1000), clock_timestamp()))
  on conflict (id) do update
    set attempts = excluded.attempts, error = excluded.error, died_at = excluded.died_at;
  perform graphile_worker.remove_job(claimed.key);
  return true;
end;
$$;

-- A dead task waits again, with its id (so with its idempotency key) and all its attempts. It comes back under its id, never
-- under its key: a newer task may have taken that, and must not be replaced by an older one.
create or replace function dabba.replay_task(task_id text) returns boolean language plpgsql as $$
declare
  dead record;
begin
  delete from dabba.dead_tasks where id = task_id returning * into dead;
  if not found then return false; end if;
  perform graphile_worker.add_job(
    dead.task,
    json_build_object(
      'id', dead.id,
      'enqueuedAt', floor(extract(epoch from dead.enqueued_at) * 1000)::bigint,
      'failed', 0,
      'maxAttempts', dead.max_attempts,
      'key', null,
      'payload', dead.payload),
    max_attempts => 32767,
    job_key => dead.id);
  return true;
end;
$$;

-- Names the lock that a worker's process holds for as long as it lives.
create or replace function dabba.worker_lock(worker text) returns bigint language sql immutable as $$
  select hashtextextended('dabba.tasks/' || worker, 0);
$$;

-- Frees the jobs of workers whose lock nobody holds; returns how many workers were dead. A session can take its own lock
-- once more, so whoever asks says who it is.
create or replace function dabba.free_dead_workers(self text) returns int language plpgsql as $$
declare
  dead text[];
begin
  with holders as materialized (
    select distinct locked_by from graphile_worker._private_jobs where locked_by is not null and locked_by is distinct from self
  )
  select array_agg(locked_by) into dead from holders where pg_try_advisory_xact_lock(dabba.worker_lock(locked_by));
  if dead is null then return 0; end if;
  perform graphile_worker.force_unlock_workers(dead);
  -- What its owner had put back or buried, and did not live to delete.
  perform graphile_worker.complete_jobs(array_agg(id)) from graphile_worker.jobs
  where key is null and locked_at is null and attempts >= max_attempts having count(*) > 0;
  perform pg_notify('jobs:insert', '{"count":1000}');
  return cardinality(dead);
end;
$$;

-- Milliseconds until each of the tasks that become due within `horizon_ms`; 0 for those that are due. Soonest first.
create or replace function dabba.due_tasks(horizon_ms double precision, most int)
returns table (delay_ms double precision) language sql as $$
  select greatest(0, extract(epoch from run_at - clock_timestamp()) * 1000)::double precision
  from graphile_worker._private_jobs
  where is_available = true and priority = 0 and run_at <= statement_timestamp() + horizon_ms * interval '1 millisecond'
  order by run_at limit most;
$$;

create or replace function dabba.tasks_status()
returns table (waiting int, running int, dead int, oldest_waiting_seconds double precision) language sql as $$
  select
    (select count(*)::int from graphile_worker._private_jobs where is_available = true),
    (select count(*)::int from graphile_worker._private_jobs where locked_by is not null and key is not null),
    (select count(*)::int from dabba.dead_tasks),
    coalesce((
      select greatest(0, extract(epoch from clock_timestamp() - run_at))
      from graphile_worker._private_jobs where is_available = true and priority = 0 order by run_at limit 1), 0)::double precision;
$$;
