import { randomUUID } from 'node:crypto';

/** A command as it goes over the wire. */
export interface Request {
  path: string;
  headers: Record<string, string>;
  body: string;
}

/** Who sends, and to which fridges. */
export interface Plan {
  /** `lots`: a lot of one meal (two new streams, two events). `mixed`: every other one a command to a fridge (one event). */
  kind: 'lots' | 'mixed';
  authorization: string;
  fridges: readonly string[];
}

const day = 24 * 60 * 60 * 1000;

/** @param quantity meals of a lot */
export function requestOf({ kind, authorization, fridges }: Plan, n: number, quantity = 1): Request {
  const fridge = kind === 'mixed' && n % 2 === 1 ? fridges[(n >> 1) % fridges.length] : undefined;
  return {
    path: fridge === undefined ? '/api/v1/lots' : `/api/v1/fridges/${fridge}/commands`,
    headers: { authorization, 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify(fridge === undefined ? lot(quantity) : { kind: 'REPORT', reason: 'benchmark' }),
  };
}

function lot(quantity: number) {
  const now = Date.now();
  return {
    sku: 'sku_dal_makhani',
    kitchen_id: 'kit_sfo_1',
    quantity,
    produced_at: new Date(now - 1000).toISOString(),
    expires_at: new Date(now + 2 * day).toISOString(),
    allergens: ['milk'],
    may_contain: ['sesame'],
  };
}
