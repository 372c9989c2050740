import type { Instant } from '@dabba/contracts';
import { batcher, keepNewest } from '@dabba/event-store';
import type { Ask } from '@dabba/service-kit';
import { Type } from 'typebox';
import { Value } from 'typebox/value';

/** In a customer's own words. */
export interface Wishes {
  /** Of the order as a whole. */
  order: string | undefined;
  /** Of its lines, by their ids. */
  lines: Readonly<Record<string, string>>;
}

/** By order; those orders says nothing of are not there. */
export type WishesOf = (orderIds: readonly string[]) => Promise<ReadonlyMap<string, Wishes>>;

export interface WishesOptions {
  ask: Ask;
  orders: URL;
  now(): Instant;
  /** Milliseconds an answer is remembered: what was erased is gone here as well after that. */
  kept: number;
}

const Answer = Type.Object({
  items: Type.Array(
    Type.Object({
      order_id: Type.String(),
      special_requests: Type.Optional(Type.String()),
      item_requests: Type.Optional(Type.Record(Type.String(), Type.String())),
    }),
  ),
});

/** Milliseconds orders is given, and is left alone after it did not answer: nobody's ticket waits for it again and again. */
const patience = 800;
const pause = 2_000;
/** Orders of one question. */
const atOnce = 100;
/** Orders that are remembered. */
const most = 5_000;

/** Asks orders, in one question for all who ask at the moment. Written down nowhere (ADR 0021). */
export function openWishes({ ask, orders, now, kept }: WishesOptions): WishesOf {
  const known = new Map<string, Wishes & { since: Instant }>();
  let silentUntil = Number.NEGATIVE_INFINITY;

  const question = batcher<string, Wishes | undefined>(
    async (ids) => {
      const answer = now() < silentUntil ? undefined : await asked([...new Set(ids)]);
      return ids.map((id) => ({ ok: true, value: answer?.get(id) }));
    },
    { most: atOnce },
  );

  async function asked(ids: readonly string[]): Promise<ReadonlyMap<string, Wishes> | undefined> {
    const url = new URL(`/api/v1/orders/wishes?order_ids=${ids.join(',')}`, orders);
    const answer = await ask(url, patience);
    if (!Value.Check(Answer, answer)) {
      silentUntil = now() + pause;
      return undefined;
    }
    const wished = new Map(answer.items.map((item) => [item.order_id, item]));
    return new Map(
      ids.map((id) => {
        const { special_requests: order, item_requests: lines = {} } = wished.get(id) ?? {};
        keepNewest(known, id, { order, lines, since: now() }, most);
        return [id, { order, lines }] as const;
      }),
    );
  }

  return async (orderIds) => {
    const found = await Promise.all(
      orderIds.map(async (id) => {
        const before = known.get(id);
        return [id, before && now() - before.since < kept ? before : await question(id)] as const;
      }),
    );
    return new Map(found.flatMap(([id, wishes]) => (wishes ? [[id, wishes]] : [])));
  };
}
