-- First statement of every batch, in one round trip: moves the checkpoint if it still is where the caller left it (no
-- row otherwise), then locks what the batch may meet: park rows of its streams, gaps of its devices. The order
-- (checkpoint, park rows, gaps, each ascending) is the same everywhere, so that these locks cannot deadlock.
create or replace function dabba.advance(
  of_consumer text, of_topic text, of_partition integer,
  of_generation integer, from_next bigint, to_next bigint, to_highest jsonb,
  of_streams text[], of_sources text[]
) returns table (parked text[], gaps jsonb) language plpgsql as $$
begin
  update dabba.checkpoints c set next = to_next, highest = to_highest
   where c.consumer = of_consumer and c.topic = of_topic and c.partition = of_partition
     and c.generation = of_generation and c.next = from_next;
  if not found then return; end if;

  parked := array(
    select p.stream from dabba.parked_streams p
     where p.consumer = of_consumer and p.topic = of_topic and p.stream = any (of_streams)
     order by p.stream for share);

  gaps := '[]';
  if cardinality(of_sources) > 0 then
    insert into dabba.fact_gaps (consumer, source, highest, missing)
    select of_consumer, source, 0, '[]' from unnest(of_sources) source order by source
    on conflict do nothing;
    select coalesce(jsonb_agg(jsonb_build_array(g.source, g.highest, g.missing)), '[]') into gaps
      from (select * from dabba.fact_gaps f
             where f.consumer = of_consumer and f.source = any (of_sources)
             order by f.source for update) g;
  end if;
  return next;
end $$;
