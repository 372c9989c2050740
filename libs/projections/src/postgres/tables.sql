create schema if not exists dabba;

-- Where a model is rebuilt: the same table and index names, beside the live ones.
create schema if not exists shadow;

-- fingerprint: what made the tables of a model and what was folded into them; '' where nobody knows.
create table if not exists dabba.read_models (
  name text primary key,
  fingerprint text not null
);

-- highest: source → highest position taken, for topics of decisions.
create table if not exists dabba.checkpoints (
  consumer text not null,
  topic text not null,
  partition integer not null,
  generation integer not null default 1,
  next bigint not null default 0,
  highest jsonb not null default '{}',
  primary key (consumer, topic, partition)
);

-- One row for each start of a device; missing: [[first, last], …], ascending.
create table if not exists dabba.fact_gaps (
  consumer text not null,
  source text not null,
  highest bigint not null,
  missing jsonb not null,
  primary key (consumer, source)
);

create table if not exists dabba.parked_streams (
  consumer text not null,
  topic text not null,
  stream text not null,
  partition integer not null,
  primary key (consumer, topic, stream)
);

create table if not exists dabba.parked_events (
  consumer text not null,
  topic text not null,
  partition integer not null,
  "offset" bigint not null,
  stream text not null,
  type text not null,
  event_id text not null,
  error text not null,
  key text,
  value bytea,
  headers jsonb not null,
  record_time bigint not null,
  parked_at timestamptz not null default now(),
  published boolean not null default false,
  primary key (consumer, topic, partition, "offset")
);
create index if not exists parked_events_stream on dabba.parked_events (consumer, topic, stream, "offset");
create index if not exists parked_events_unpublished on dabba.parked_events (parked_at) where not published;

create table if not exists dabba.discarded_events (
  consumer text not null,
  topic text not null,
  partition integer not null,
  "offset" bigint not null,
  stream text not null,
  type text not null,
  event_id text not null,
  error text not null,
  reason text not null,
  actor text not null,
  discarded_at timestamptz not null default now(),
  primary key (consumer, topic, partition, "offset")
);
