-- First statement of every batch, in one round trip: moves the checkpoints of some partitions of a topic if all of them
-- still are where the caller left them (no row otherwise), then locks what the batch may meet: park rows of its streams,
-- gaps of its devices. The order (checkpoints, park rows, gaps, each ascending) is the same everywhere, so that these
-- locks cannot deadlock.
create or replace function dabba.advance(
  of_consumer text, of_topic text, of_partitions integer[],
  of_generations integer[], from_next bigint[], to_next bigint[], to_highest jsonb[],
  of_streams text[], of_sources text[]
) returns table (parked text[], gaps jsonb) language plpgsql as $$
begin
  for i in 1 .. cardinality(of_partitions) loop
    update dabba.checkpoints c set next = to_next[i], highest = to_highest[i]
     where c.consumer = of_consumer and c.topic = of_topic and c.partition = of_partitions[i]
       and c.generation = of_generations[i] and c.next = from_next[i];
    if not found then return; end if;
  end loop;

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
