-- One micro-batch of documents, all or nothing. `fate` of each: new, seen (receipt names the first one), or reused (its
-- Idempotency-Key stands for another document). Two batches with the same names wait for each other in one order.
create function take_receipts(
  w_id uuid[], w_day date[], w_client text[], w_metro text[], w_format text[], w_type text[],
  w_hash bytea[], w_key bytea[], w_raw bytea[], w_at timestamptz[],
  out place integer, out receipt uuid, out fate text
) returns setof record language plpgsql as $$
declare
  fates text[] := array_fill('new'::text, array[cardinality(w_id)]);
  receipts uuid[] := w_id;
  known record;
begin
  insert into arrivals (client, name, receipt, hash)
  select w.client, n.name, w.id, w.hash
    from unnest(w_id, w_client, w_hash, w_key) w(id, client, hash, key)
   cross join lateral (values (w.hash), (w.key)) n(name)
   where n.name is not null
   order by w.client, n.name
  on conflict do nothing;

  -- Where everything is new, which is the rule, this finds nothing.
  for known in
    select w.place, h.receipt as by_hash, k.receipt as by_key, k.hash <> w.hash as other
      from unnest(w_id, w_client, w_hash, w_key) with ordinality w(id, client, hash, key, place)
      join arrivals h on h.client = w.client and h.name = w.hash
      left join arrivals k on k.client = w.client and k.name = w.key
     where h.receipt <> w.id or k.receipt <> w.id
  loop
    if known.other then
      fates[known.place] := 'reused';
      -- The document itself did not come in.
      delete from arrivals a where a.client = w_client[known.place] and a.name = w_hash[known.place]
         and a.receipt = w_id[known.place];
    elsif known.by_hash <> w_id[known.place] then
      fates[known.place] := 'seen';
      receipts[known.place] := known.by_hash;
      -- A new key for an old document stands for that from now on.
      update arrivals a set receipt = known.by_hash
       where a.client = w_client[known.place] and a.name = w_key[known.place] and a.receipt = w_id[known.place];
    end if;
  end loop;

  with taken as (
    insert into inbox (received_on, id, client, metro, format, type, hash, raw, received_at)
    select w.day, w.id, w.client, w.metro, w.format, w.type, w.hash, w.raw, w.at
      from unnest(w_id, w_day, w_client, w_metro, w_format, w_type, w_hash, w_raw, w_at, fates)
           w(id, day, client, metro, format, type, hash, raw, at, fate)
     where w.fate = 'new'
    returning inbox.id, received_on
  )
  insert into due_judgements (id, received_on) select t.id, t.received_on from taken t;

  return query
    select f.place::integer, f.receipt, f.fate
      from unnest(receipts, fates) with ordinality f(receipt, fate, place);
end $$;
