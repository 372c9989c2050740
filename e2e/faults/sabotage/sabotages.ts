import type { Doors } from '../doors.ts';
import { rewrite, trigger } from './sql.ts';

export interface Sabotage {
  name: string;
  /** The rule that is broken; what the run reports has to name it. */
  rule: string;
  does: string;
  /** Service → file loaded before its main. */
  preload?: Readonly<Record<string, string>>;
  /** Done when everything runs, before the load. */
  install?(doors: Doors): Promise<void>;
  /** Done when everything is drained, before the judge looks. */
  tamper?(doors: Doors): Promise<void>;
  /** Killed one after the other under load; nobody where left out. */
  kills?: readonly string[];
  /** The edge drill is part of it. */
  edge?: true;
}

const file = (name: string) => new URL(`${name}.ts`, import.meta.url).href;

/** Each breaks one rule from outside: by SQL, by a module loaded before the service, by tampering. */
export const sabotages: readonly Sabotage[] = [
  {
    name: 'e1-no-lock',
    rule: 'E1',
    does: 'appends draw positions without the advisory lock, and some commit late',
    install: ({ meals }) =>
      rewrite(meals, 'append_batch', [
        [/perform pg_advisory_xact_lock\(\d+\);/, ''],
        [/if last_position - first_position \+ 1 <> changed then/, 'if false then'],
        [/if wake and first_position/, 'perform pg_sleep(random() * 0.05);\n  if wake and first_position'],
      ]),
  },
  {
    name: 'e7-no-memory',
    rule: 'E7',
    does: 'answers given under an Idempotency-Key are forgotten',
    install: ({ meals }) => trigger(meals, 'dabba.idempotency', 'insert', 'return null;'),
  },
  {
    name: 'k1-publish-lies',
    rule: 'K1',
    does: 'every twentieth publish of the relay resolves without sending',
    preload: { meals: file('k1-publish-lies') },
  },
  {
    // By more than it sends at once: what was on its way when it was killed has arrived.
    name: 'k3-cursor-ahead',
    rule: 'K3',
    does: 'the relay stores a cursor five hundred positions ahead of what it sent',
    install: ({ meals }) =>
      trigger(
        meals,
        'dabba.relay_cursor',
        'update',
        'new.position := new.position + 500 * (new.position <> old.position)::int; return new;',
      ),
    kills: ['meals', 'meals-2'],
  },
  {
    name: 'k3-no-highest',
    rule: 'K3',
    does: 'checkpoints forget the highest positions, so that duplicates count again',
    install: ({ meals }) => trigger(meals, 'dabba.checkpoints', 'update', `new.highest := '{}'; return new;`),
  },
  {
    name: 'p2-no-compare',
    rule: 'P2',
    does: 'checkpoints are set without being compared, so that a zombie counts, too',
    install: ({ meals }) =>
      rewrite(meals, 'advance', [
        [/and c\.generation = of_generations\[i\] and c\.next = from_next\[i\]/, ''],
      ]),
  },
  {
    name: 'p7-row-changed',
    rule: 'P7',
    does: 'one row of a read model is changed by hand',
    tamper: async ({ meals }) => {
      await meals.query(
        `update meal_list set sku = 'sku_other' where meal_id = (select min(meal_id) from meal_list)`,
      );
    },
  },
  {
    name: 'inv3-ledger-leaks',
    rule: 'S0-INV-03',
    does: 'meals that were brought back are in no ledger of their lot',
    preload: { meals: file('inv3-ledger-leaks') },
  },
  {
    name: 'inv5-sells-twice',
    rule: 'S0-INV-05',
    does: 'what went out by a door is sold twice to its customer',
    preload: { meals: file('inv5-sells-twice') },
  },
  {
    name: 'b1-early-puback',
    rule: 'B1',
    does: 'facts are acknowledged before they are safe',
    preload: { 'edge-bridge': file('b1-early-puback') },
    edge: true,
  },
  {
    name: 'b1-spool-forgets',
    rule: 'B1',
    does: 'of each lot that is spooled the last fact never reaches the disk',
    preload: { 'edge-bridge': file('b1-spool-forgets') },
    edge: true,
  },
];

export function sabotageNamed(name: string): Sabotage {
  const found = sabotages.find((one) => one.name === name);
  if (!found)
    throw new Error(`No sabotage ${name}; there are ${sabotages.map((one) => one.name).join(', ')}`);
  return found;
}
