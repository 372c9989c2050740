import { setTimeout as pause } from 'node:timers/promises';
import { type Metro, newId } from '@dabba/contracts';
import type { JSONWebKeySet } from 'jose';
import { type Answer, type Client, clientOf } from '../platform/client.ts';
import { firstWithRole, withRole } from '../platform/credentials.ts';
import type { Platform } from '../platform/platform.ts';
import type { Chance } from './chance.ts';
import type { MetroClock } from './clock.ts';
import { People } from './people.ts';
import { Shop } from './shop.ts';
import type { SceneName, Tally } from './tally.ts';

/** What the city has to know of a platform: its public doors, and who may enter. */
export type Place = Pick<Platform, 'credentials' | 'url' | 'mqttUrl' | 'env'>;

export interface Lot {
  id: string;
  sku: string;
  /** Still at the kitchen. */
  meals: string[];
  expiresAt: number;
}

/** Everybody and everything of one metro that plays a part. */
export interface District {
  metro: Metro;
  clock: MetroClock;
  tally: Tally;
  signal: AbortSignal;
  kitchens: readonly Client[];
  couriers: readonly Client[];
  /** One for each vendor. */
  merchants: readonly Client[];
  operations: Client;
  people: People;
  /** Fridges on the street. */
  shops: readonly Shop[];
  /** Fridges in cellars that no network reaches: they are heard when somebody carries their journal up. */
  cellars: readonly Shop[];
  /** Where customers' apps confirm what they pay. */
  stripeUrl: string;
  /** How much happens in a day: 1 in one of six minutes. */
  volume: number;
}

/** A district on one of its days. */
export interface Today extends District {
  day: number;
  chance: Chance;
  /** What its kitchens made today. */
  lots: Lot[];
}

/** The last fridge of a metro is left to whoever comes by: the tour of the README uses it. */
const shopsOf = 7;
const cellarsOf = 2;

export function settle(
  place: Place,
  metro: Metro,
  policyKeys: JSONWebKeySet,
  play: Pick<District, 'clock' | 'tally' | 'signal' | 'volume'>,
): District {
  const { credentials, url, mqttUrl, env } = place;
  const clients = (role: string) => withRole(credentials, role, metro.id).map((who) => clientOf(url, who));
  const operations = clientOf(url, firstWithRole(credentials, 'operations', metro.id));
  const fridges = credentials.flatMap((who) => {
    const { fridge_id: fridgeId } = who.ids;
    if (who.kind !== 'fridge' || who.metro !== metro.id || !('client_id' in who) || fridgeId === undefined)
      return [];
    const { client_id: clientId, client_secret: clientSecret } = who;
    const journal = `${env.SIMULATION_DIR ?? '.dabba/simulation'}/${fridgeId}.journal`;
    const { id, currency } = metro;
    return [{ url: mqttUrl, clientId, clientSecret, metro: id, fridgeId, currency, journal, policyKeys }];
  });
  return {
    ...play,
    metro,
    kitchens: clients('kitchen'),
    couriers: clients('courier'),
    merchants: clients('merchant'),
    operations,
    stripeUrl: env.STRIPE_URL ?? '',
    people: new People(url, withRole(credentials, 'customer', metro.id)),
    shops: fridges.slice(0, shopsOf).map((options) => new Shop(options)),
    cellars: fridges.slice(shopsOf, shopsOf + cellarsOf).map((options) => new Shop(options)),
  };
}

export function tell({ tally, metro, clock }: District, scene: SceneName, text: string): void {
  tally.tell({ scene, metro: metro.id, at: clock.label(), text });
}

/** So many of ours as so many hours of the city take. @throws AbortError */
export async function rest({ clock, signal }: District, hours: number): Promise<void> {
  await pause(clock.hours(hours), undefined, { signal });
}

/**
 * A command by somebody who does not give up: one that got no answer, or is told to come again, goes out again under the
 * same key, and that is trouble. Any other answer is one.
 */
export async function command<T>(
  { tally, signal }: District,
  who: Client,
  path: string,
  body: unknown,
  method: 'post' | 'put' | 'patch' = 'post',
): Promise<Answer<T>> {
  const headers = { 'idempotency-key': newId() };
  for (;;) {
    signal.throwIfAborted();
    const answer = await who[method]<T>(path, body, headers).catch(() => undefined);
    if (answer && answer.status !== 503 && answer.status !== 429) return answer;
    tally.complain(`${method} ${nameless(path)}: ${answer?.status ?? 'no answer'}`);
    await pause(500, undefined, { signal });
  }
}

/** Reads as {@link command} writes: again until somebody answers. @throws for any answer but 200 */
export async function look<T>({ signal, tally }: District, who: Client, path: string): Promise<T> {
  for (;;) {
    signal.throwIfAborted();
    const answer = await who.get<T>(path).catch(() => undefined);
    if (answer?.status === 200) return answer.body;
    if (answer && answer.status !== 503 && answer.status !== 429)
      throw new Error(`GET ${nameless(path)}: ${answer.status}`);
    tally.complain(`GET ${nameless(path)}: ${answer?.status ?? 'no answer'}`);
    await pause(500, undefined, { signal });
  }
}

function nameless(path: string): string {
  return path.replace(/[0-9a-f-]{30,}/g, ':id');
}

/** Looks until it is so; milliseconds of ours. @throws when it is not within `patience` */
export async function wait<T>(
  { signal }: District,
  what: string | (() => string),
  see: () => Promise<T | false | undefined>,
  patience = 60_000,
): Promise<T> {
  const until = performance.now() + patience;
  for (let between = 50; ; between = Math.min(2_000, between * 2)) {
    signal.throwIfAborted();
    const seen = await see();
    if (seen !== false && seen !== undefined) return seen;
    if (performance.now() > until)
      throw new Error(`${typeof what === 'string' ? what : what()}: not within ${patience / 1000} s`);
    await pause(between, undefined, { signal });
  }
}

/** What the reader of a problem document goes by. */
export function codeOf(body: unknown): string {
  const { code }: { code?: unknown } = { ...Object(body) };
  return typeof code === 'string' ? code : 'unknown';
}
