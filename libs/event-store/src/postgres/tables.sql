create schema if not exists dabba;

create table if not exists dabba.store_identity (
  singleton boolean primary key default true check (singleton),
  source uuid not null,
  system_identifier bigint not null,
  database_oid bigint not null,
  previous uuid[] not null default '{}'
);

-- Room on each page lets the update of a state row stay on its page and leave the index alone.
create table if not exists dabba.streams (
  id text primary key,
  type text not null,
  metro text not null,
  partition smallint not null,
  version integer not null,
  state jsonb not null,
  state_rev integer not null
) with (fillfactor = 70);

create sequence if not exists dabba.position cache 1;

create table if not exists dabba.events (
  position bigint primary key default nextval('dabba.position'),
  stream text not null,
  version integer not null,
  id uuid not null,
  type text not null,
  stream_type text not null,
  metro text not null,
  partition smallint not null,
  schema text not null,
  data bytea not null,
  headers jsonb not null,
  time timestamptz not null,
  constraint events_stream_version unique (stream, version)
);

create table if not exists dabba.schemas (
  fingerprint text primary key,
  json text not null
);

create table if not exists dabba.idempotency (
  principal text not null,
  route text not null,
  key text not null,
  body_hash text not null,
  answer jsonb,
  command uuid not null,
  time timestamptz not null,
  primary key (principal, route, key)
);

create table if not exists dabba.relay_cursor (
  singleton boolean primary key default true check (singleton),
  position bigint not null,
  -- Why commands are refused until `dabba store recover`; null while all is well.
  recover text
);
insert into dabba.relay_cursor (position) values (0) on conflict do nothing;
