-- One call = one transaction = one round trip (E1). w_: streams a command loaded, with what it adds to them;
-- e_: events, in order; k_: idempotency keys; tasks: [{"command": 0, "task": {...}}] or null.
-- skipped: null, or for each command that wrote nothing now: why (conflict, applied, replayed). All other commands
-- are applied; their events got the positions from first_position on, without gaps, in the order given.
create or replace function dabba.append_batch(
  w_command integer[], w_stream text[], w_type text[], w_metro text[], w_partition smallint[],
  w_expected integer[], w_added integer[], w_state jsonb[], w_revision integer[], w_first uuid[],
  e_command integer[], e_stream text[], e_version integer[], e_id uuid[], e_type text[], e_stream_type text[],
  e_metro text[], e_partition smallint[], e_schema text[], e_data bytea[], e_headers jsonb[], e_time bigint[],
  k_command integer[], k_id uuid[], k_principal text[], k_route text[], k_key text[], k_hash text[],
  k_answer jsonb[], k_time bigint[],
  tasks jsonb, wake boolean,
  out first_position bigint, out skipped jsonb
) language plpgsql as $$
declare
  lost integer[];
  skip integer[] := '{}';
  wanted bigint;
  moved integer[];
  -- Every command writes one stream that exists, and looks at no other.
  alone boolean := 0 <> all (w_expected) and 0 <> all (w_added);
  changed bigint;
  last_position bigint;
begin
  -- Released after the commit is visible, so that position order is commit order.
  perform pg_advisory_xact_lock(4919131752989213764);

  if k_command is not null then
    select array_agg(k.command),
           jsonb_agg(jsonb_build_object('command', k.command, 'hash', i.body_hash, 'answer', i.answer,
             'outcome', case when i.command = k.id then 'applied' else 'replayed' end))
      into skip, skipped
      from unnest(k_command, k_id, k_principal, k_route, k_key) k(command, id, principal, route, key)
      join dabba.idempotency i on i.principal = k.principal and i.route = k.route and i.key = k.key;
    skip := coalesce(skip, '{}');
  end if;

  if alone and cardinality(w_command) > 1 then
    select count(distinct c) = cardinality(w_command) into alone from unnest(w_command) c;
  end if;

  if not alone then
    select array_agg(distinct w.command) into lost
      from unnest(w_command, w_stream, w_expected) w(command, stream, expected)
      left join dabba.streams s on s.id = w.stream
     where coalesce(s.version, 0) <> w.expected and w.command <> all (skip);

    select count(*) into wanted
      from unnest(w_command, w_expected, w_added) w(command, expected, added)
     where w.expected > 0 and w.added > 0 and w.command <> all (skip || lost);
  end if;

  if alone or wanted > 0 then
    with moved as (
      update dabba.streams s
         set version = w.expected + w.added, state = w.state, state_rev = w.revision
        from unnest(w_command, w_stream, w_expected, w_added, w_state, w_revision)
             w(command, stream, expected, added, state, revision)
       where s.id = w.stream and s.version = w.expected and w.expected > 0 and w.added > 0
         and w.command <> all (skip || lost)
      returning w.command
    )
    select array_agg(m.command) into moved from moved m;
    if cardinality(moved) = cardinality(w_command) then
      -- All of them, which is the rule.
    elsif alone then
      -- What the update passed over came late: there is nothing else of such a command to take back.
      select array_agg(c) into lost from unnest(w_command) c
       where c <> all (skip) and c <> all (coalesce(moved, '{}'));
    elsif cardinality(coalesce(moved, '{}')) <> wanted then
      -- E10: version is the guard even where something appends without the lock.
      raise exception 'a stream moved while it was appended to' using errcode = '40001';
    end if;
  end if;

  if lost is not null then
    -- E5: a version that moved because this very command was committed before, its answer lost on the way.
    select coalesce(skipped, '[]') || jsonb_agg(jsonb_build_object('command', l.command,
             'outcome', case when exists (
                 select from unnest(w_command, w_stream, w_expected, w_first) w(command, stream, expected, first)
                   join dabba.events e on e.stream = w.stream and e.version = w.expected + 1 and e.id = w.first
                  where w.command = l.command)
               then 'applied' else 'conflict' end))
      into skipped
      from unnest(lost) l(command);
    skip := skip || lost;
  end if;

  if skipped is not null then
    select jsonb_agg(s.value || jsonb_build_object('position', (
             select max(e.position)
               from unnest(w_command, w_stream, w_expected, w_added) w(command, stream, expected, added)
               join dabba.events e on e.stream = w.stream and e.version = w.expected + w.added
              where w.command = (s.value ->> 'command')::integer and w.added > 0
                and s.value ->> 'outcome' = 'applied')))
      into skipped
      from jsonb_array_elements(skipped) s;
  end if;

  if 0 = any (w_expected) then
    insert into dabba.streams (id, type, metro, partition, version, state, state_rev)
    select w.stream, w.type, w.metro, w.partition, w.added, w.state, w.revision
      from unnest(w_command, w_stream, w_type, w_metro, w_partition, w_expected, w_added, w_state, w_revision)
           w(command, stream, type, metro, partition, expected, added, state, revision)
     where w.expected = 0 and w.added > 0 and w.command <> all (skip);
  end if;

  with inserted as (
    insert into dabba.events (stream, version, id, type, stream_type, metro, partition, schema, data, headers, time)
    select e.stream, e.version, e.id, e.type, e.stream_type, e.metro, e.partition, e.schema, e.data, e.headers,
           to_timestamp(e.time / 1000.0::float8)
      from unnest(e_command, e_stream, e_version, e_id, e_type, e_stream_type, e_metro, e_partition, e_schema,
                  e_data, e_headers, e_time) with ordinality
           e(command, stream, version, id, type, stream_type, metro, partition, schema, data, headers, time, place)
     where e.command <> all (skip)
     order by e.place
    returning position
  )
  select min(position), max(position), count(*) into first_position, last_position, changed from inserted;
  if last_position - first_position + 1 <> changed then
    raise exception 'positions were drawn without the lock' using errcode = '40001';
  end if;

  if k_command is not null then
    insert into dabba.idempotency (principal, route, key, body_hash, answer, command, time)
    select k.principal, k.route, k.key, k.hash, k.answer, k.id, to_timestamp(k.time / 1000.0::float8)
      from unnest(k_command, k_id, k_principal, k_route, k_key, k_hash, k_answer, k_time)
           k(command, id, principal, route, key, hash, answer, time)
     where k.command <> all (skip);
  end if;

  if tasks is not null then
    tasks := (select jsonb_agg(t.value -> 'task' order by t.place)
                from jsonb_array_elements(tasks) with ordinality t(value, place)
               where (t.value ->> 'command')::integer <> all (skip));
    if tasks is not null then
      execute 'select dabba.enqueue_tasks($1)' using tasks;
    end if;
  end if;

  if wake and first_position is not null then
    perform pg_notify('dabba', '');
  end if;
end $$;

-- For an append that goes with the commit of its transaction: what was to be passed over fails instead.
create or replace function dabba.none_skipped(skipped jsonb) returns void language plpgsql as $$
begin
  if skipped is not null then
    raise exception 'another process was faster on one of the streams' using errcode = 'DAB01';
  end if;
end $$;

-- For a decision that appends nothing: that the streams it looked at are as it believed.
create or replace function dabba.unmoved(streams text[], versions integer[]) returns void language plpgsql as $$
begin
  if exists (select from unnest(streams, versions) w(stream, expected) left join dabba.streams s on s.id = w.stream
              where coalesce(s.version, 0) <> w.expected) then
    raise exception 'another process was faster on one of the streams' using errcode = 'DAB01';
  end if;
end $$;
