import {
  batcher,
  Conflict,
  failureOf,
  type Outcome,
  type ReactionUnit,
  transaction,
} from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import { keepSaid } from '../proof/acknowledgements.ts';
import { countEnded } from '../receipt/ended.ts';
import { type ReceiptEvent, receiptRef } from '../receipt/receipt.ts';
import { type Told, tellOf, toldBy } from '../webhooks/tell.ts';
import { type Answer, decideAnswer } from './decide.ts';

export type RecordDeps = Pick<StoreDeps, 'pool' | 'store' | 'now'>;

/** An authority's answer and where its receipt lives. */
export type Answered = Answer & { metro: string };

/** Makes events of answers, many in one transaction; resolves once they are committed and their rows are gone. */
export type Record = (answered: Answered) => Promise<void>;

export function recorder(deps: RecordDeps): Record {
  return batcher<Answered, void>((all) => recordAll(deps, all), { most: 500 });
}

async function recordAll(deps: RecordDeps, all: readonly Answered[]): Promise<Outcome<void>[]> {
  try {
    const failures = await recordOnce(deps, all);
    return all.map((answered) => {
      const error = failures.get(answered);
      return error === undefined ? { ok: true, value: undefined } : { ok: false, error };
    });
  } catch (error) {
    if (failureOf(error) !== 'data' || all.length === 1) return all.map(() => ({ ok: false, error }));
    // E4: the culprit ends up alone; its neighbours are recorded.
    const middle = all.length >> 1;
    return [...(await recordAll(deps, all.slice(0, middle))), ...(await recordAll(deps, all.slice(middle)))];
  }
}

/** E9: own rows first, the append last; a lost race decides again. Answers nobody can decide on are given back. */
async function recordOnce(deps: RecordDeps, all: readonly Answered[]): Promise<Map<Answered, unknown>> {
  const { pool, store, now } = deps;
  const refs = [...new Map(all.map((one) => [one.receiptId, receiptRef(one.receiptId, one.metro)])).values()];
  for (;;) {
    try {
      return await store.unit(refs, { actor: 'receipts', now: now() }, async (unit) => {
        const failures = new Map<Answered, unknown>();
        const made: Made = { events: [], told: [], said: [] };
        const decided = all.filter((one) => decideOne(unit, one, failures, made));
        await transaction(pool, async (client) => {
          await client.query(leave(decided));
          await keepSaid(client, made.said);
          await tellOf(client, made.told);
          await unit.commitTo(client);
        });
        countEnded(store, made.events);
        return failures;
      });
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
}

/** What answers bring about besides leaving the queue. */
interface Made {
  events: ReceiptEvent[];
  told: Told[];
  said: Answered[];
}

function decideOne(
  unit: ReactionUnit,
  answered: Answered,
  failures: Map<Answered, unknown>,
  made: Made,
): boolean {
  const ref = receiptRef(answered.receiptId, answered.metro);
  try {
    const events = decideAnswer(unit.load(ref).state, answered);
    unit.because({ actor: answered.authority, now: answered.at, correlationId: answered.receiptId });
    unit.append(ref, events);
    made.events.push(...events);
    made.told.push(...toldBy(answered.receiptId, unit.load(ref), events, answered.at));
    // What a late twin says is known already.
    if (events.length > 0) made.said.push(answered);
    return true;
  } catch (error) {
    failures.set(answered, error);
    return false;
  }
}

/** The rows leave the queue; those that were refused are dead letters from now on. */
function leave(answered: readonly Answered[]) {
  return {
    name: 'leave-registrations',
    text: `with answered as (
             select * from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[])
                      a(receipt, authority, reason, at)
           ), gone as (
             delete from due_registrations d using answered a
              where d.receipt = a.receipt and d.authority = a.authority
             returning d.*, a.reason, a.at
           )
           insert into refused_registrations
                  (receipt, authority, client, metro, received_on, canonical, attempts, reason, refused_at)
           select receipt, authority, client, metro, received_on, canonical, attempts, reason, at
             from gone where reason is not null
           on conflict (receipt, authority) do update
              set attempts = excluded.attempts, reason = excluded.reason, refused_at = excluded.refused_at`,
    values: [
      answered.map(({ receiptId }) => receiptId),
      answered.map(({ authority }) => authority),
      answered.map((one) => (one.outcome === 'REFUSED' ? one.reason : null)),
      answered.map(({ at }) => new Date(at).toISOString()),
    ],
  };
}
