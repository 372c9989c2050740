import type { Metro, Region } from '@dabba/contracts';
import type { EventStore, Relay, StreamType } from '@dabba/event-store';
import type { Kafka, SchemaRegistry } from '@dabba/kafka';
import type { Reaction, ReadModel } from '@dabba/projections';
import type { TaskHandler } from '@dabba/tasks';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { Knex } from 'knex';
import type { Pool } from 'pg';
import type { Permission } from './auth/permissions.ts';

/** Who is asking, from a verified token: ids and roles only. */
export interface Principal {
  id: string;
  kind: 'person' | 'machine' | 'fridge';
  roles: readonly string[];
  metro: string | undefined;
  kitchenId?: string;
  fridgeId?: string;
  customerId?: string;
  courierId?: string;
  /** Merchants, managers and staff act for this vendor alone. */
  vendorId?: string;
}

/** Every route says who may use it, or that anybody may; the service does not start otherwise. */
export type RouteAccess = ({ permission: Permission } | { public: true }) & {
  /** 400 without an Idempotency-Key: where money moves. */
  idempotencyKey?: 'required';
};

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** What a service's routes, reactions and tasks are given. A service without a database has no store, db, pool. */
export interface ServiceDeps {
  region: Region;
  /** Those of the region this process serves (METROS); all where nothing else is said. */
  metros: readonly Metro[];
  kafka: Kafka;
  registry: SchemaRegistry;
  log: FastifyBaseLogger;
  /** The clock; fixed in tests. UTC milliseconds. */
  now(): number;
  env: NodeJS.ProcessEnv;
}

export interface StoreDeps extends ServiceDeps {
  store: EventStore;
  relay: Relay;
  /** For read models: queries by knex. */
  db: Knex;
  pool: Pool;
}

interface ServiceBase {
  /** `meals`; names its database, client id, metrics. */
  name: string;
  /** Environment variable and default of its HTTP port: `MEALS_PORT`, 5012. */
  port: { variable: string; fallback: number };
}

/** One dependency. `check` throws while it is away. */
export interface HealthCheck {
  name: string;
  /** Whether the service is not ready without it, rather than degraded. */
  required: boolean;
  check(): Promise<void>;
}

/** What else a service depends on, for `/health/ready`; Postgres, Kafka and registry are there already. */
export type Checks<D> = (deps: D) => readonly HealthCheck[];

/** A service that decides: it has a database, streams, and all that follows. */
export interface StoreService extends ServiceBase {
  streams: readonly { name: string; revision: number }[];
  readModels: readonly ReadModel[];
  reactions?(deps: StoreDeps): readonly Reaction[];
  tasks?(deps: StoreDeps): readonly TaskHandler[];
  routes(app: App, deps: StoreDeps): void | Promise<void>;
  checks?: Checks<StoreDeps>;
  /** `<NAME>_ROLE` may give its doors and its work processes of their own: neither needs to be told anything by the other. */
  apart?: true;
  /** Milliseconds at most between two looks at Kafka while the machine is busy (docs/adr/0026); left out: it never rests. */
  rest?: number;
  /** Starts what works by itself beside relay, folds and tasks; stopped before the database is closed. */
  start?(deps: StoreDeps): Promise<{ stop(): Promise<void> }>;
  /** Tables that are neither store nor read model: folder of knex migrations. */
  migrations?: URL;
  /** Demo data; may be run again and again. */
  seed?(deps: StoreDeps): Promise<void>;
}

/** A service without a database of its own, like the gateway and the edge bridge. */
export interface PlainService extends ServiceBase {
  routes(app: App, deps: ServiceDeps): void | Promise<void>;
  checks?: Checks<ServiceDeps>;
  /** Starts what is not HTTP; returns how to stop it. */
  start?(app: App, deps: ServiceDeps): Promise<() => Promise<void>>;
  /** It never speaks to Kafka or the registry, so their being away does not concern it. */
  withoutKafka?: true;
}

export type Service = StoreService | PlainService;

export type { StreamType };
