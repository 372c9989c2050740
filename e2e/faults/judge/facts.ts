import { isDeepStrictEqual } from 'node:util';
import { decodeEvent, isEventName } from '@dabba/contracts';
import { type IncomingRecord, type Kafka, unframe } from '@dabba/kafka';
import { readTopic } from '../topic-log.ts';
import type { Findings } from './findings.ts';
import type { Journals, SeenFact } from './journals.ts';

const names = {
  meal_stocked: 'FridgeMealStocked',
  meal_sold: 'FridgeMealSold',
  meal_missing: 'FridgeMealMissing',
  door_opened: 'FridgeDoorOpened',
  door_closed: 'FridgeDoorClosed',
  was_away: 'FridgeWasAway',
  command_done: 'FridgeCommandDone',
  heartbeat: 'FridgeHeartbeat',
} as const;

/**
 * Every accepted fact has to be on its topic as the fridge saw it, first appearances in the order of each start of a fridge.
 * Returns the names of the facts there.
 */
export async function judgeFacts(
  kafka: Kafka,
  { facts, acknowledged }: Journals,
  findings: Findings,
): Promise<Set<string>> {
  const seen = new Set<string>();
  const highest = new Map<string, number>();
  const invented: string[] = [];
  const altered: string[] = [];
  const late: string[] = [];
  await readTopic(kafka, 'fridge-facts', (records) => {
    for (const record of records) {
      const { ce_source: source = '', position = '' } = record.headers;
      const name = `${source}/${position}`;
      const fact = facts.get(name);
      if (!fact) invented.push(name);
      else if (!isSame(record, fact)) altered.push(name);
      if (seen.has(name)) continue;
      seen.add(name);
      if (Number(position) < (highest.get(source) ?? 0)) late.push(name);
      else highest.set(source, Number(position));
    }
  });
  findings.missing(
    'B1: acknowledged facts are not on their topic',
    [...acknowledged].filter((name) => !seen.has(name)),
  );
  findings.extra('B3: facts nobody saw are on the topic', invented);
  findings.wrong('B3: facts differ from what the fridge saw', altered);
  // The fridges of this drill say everything in order, so a late fact was overtaken on our side.
  findings.wrong('B2: facts first appear after later ones of the same start', late);
  return seen;
}

function isSame({ headers: { ce_type: type = '' }, value }: IncomingRecord, fact: SeenFact): boolean {
  if (value === null || !isEventName(type) || type !== names[fact.type]) return false;
  const data: object = decodeEvent(type, unframe(value).data);
  const wanted = {
    device: fact.device,
    boot: fact.boot,
    seq: fact.seq,
    observedAt: Date.parse(fact.at),
    ...('meal_id' in fact.data && { mealId: fact.data.meal_id }),
    ...('price' in fact.data && { customerId: fact.data.customer_id, price: fact.data.price }),
    ...('command_id' in fact.data && { commandId: fact.data.command_id }),
    ...('nonce' in fact.data && { nonce: fact.data.nonce }),
    ...(fact.type === 'door_opened' && { sessionId: fact.data.session_id, door: fact.data.door }),
    ...(fact.type === 'door_closed' && {
      sessionId: fact.data.session_id,
      door: fact.data.door,
      taken: fact.data.taken,
      added: fact.data.added,
    }),
  };
  const told = new Map(Object.entries(data));
  return Object.entries(wanted).every(([field, value]) => isDeepStrictEqual(told.get(field), value));
}
