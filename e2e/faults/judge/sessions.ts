import type { Events } from '@dabba/contracts';
import type { AcceptedCommand, AcceptedSession } from '../ledger.ts';
import type { Findings } from './findings.ts';
import type { Journals, SeenFact } from './journals.ts';
import { dataOf, type StoredEvent } from './store.ts';

export interface SessionEnds {
  settled: number;
  /** Their door never opened, so far as was known in time. */
  givenUp: number;
  /** Of those, how many doors had opened, as the fridge said when nobody waited any more; they are settled as well. */
  openedLate: number;
}

type Closed = Extract<SeenFact, { type: 'door_closed' }>;

/** What became of the doors, and whose the meals are that went out. */
export interface DoorSessions {
  ends: SessionEnds;
  /** Meal id → who bought it at a door, and for how much. */
  sold: ReadonlyMap<string, { device: string; customerId: string; price: number }>;
  /** Taken while nobody was known to stand there: nobody's. */
  vanished: ReadonlyMap<string, string>;
  /** Fridges with doors that opened for nobody, so far as was known. */
  late: ReadonlySet<string>;
}

interface Logged {
  started: ReadonlyMap<string, Events['DoorSessionStarted'][]>;
  opened: ReadonlyMap<string, Events['DoorSessionOpened'][]>;
  settled: ReadonlyMap<string, Events['DoorSessionSettled'][]>;
  failed: ReadonlyMap<string, Events['DoorSessionFailed'][]>;
}

/** Every promised session has one start and one end; a basket is what the fridge saw, at the prices its customer was shown. */
export function judgeSessions(
  commands: readonly AcceptedCommand[],
  refusedKeys: ReadonlySet<string>,
  { facts }: Journals,
  store: readonly StoredEvent[],
  findings: Findings,
): DoorSessions {
  const promised = new Map(
    commands.flatMap((one) => (one.kind === 'session' ? [[one.sessionId, one] as const] : [])),
  );
  const log: Logged = {
    started: bySession(dataOf(store, 'DoorSessionStarted')),
    opened: bySession(dataOf(store, 'DoorSessionOpened')),
    settled: bySession(dataOf(store, 'DoorSessionSettled')),
    failed: bySession(dataOf(store, 'DoorSessionFailed')),
  };
  const closed = new Map<string, Closed>();
  for (const fact of facts.values())
    if (fact.type === 'door_closed') closed.set(fact.data.session_id ?? '', fact);

  findings.missing(
    'E2 E5 E7: DoorSessionStarted of accepted sessions',
    [...promised.keys()].filter((id) => !log.started.has(id)),
  );
  const strangers = [...log.started.keys()].filter((id) => !promised.has(id));
  findings.extra('E7: DoorSessionStarted more than once, or for nobody', [
    ...[...log.started].filter(([, all]) => all.length > 1).map(([id]) => id),
    ...strangers.filter((id) => log.settled.get(id)?.some(({ basket }) => basket.length > 0)),
    ...strangers.slice(refusedKeys.size),
  ]);
  findings.wrong(
    'S0-INV-05: sessions are not what was answered',
    [...promised.values()].flatMap((one) => notAsAnswered(one, log)),
  );
  findings.wrong(
    'S0-INV-06: sessions have no end, or several',
    [...log.started.keys()].filter((id) => !endsOnce(id, log)),
  );
  findings.wrong(
    'B5 S0-INV-05: doors that were opened and shut are charged to nobody',
    [...closed.keys()].filter((id) => log.started.has(id) && !log.settled.has(id)),
  );
  findings.wrong(
    'S0-INV-05: baskets are not what went out at the prices shown',
    [...log.settled].flatMap(([id, [settled]]) => wrongBasket(id, settled, promised.get(id), closed.get(id))),
  );
  return outcome(promised, closed, log);
}

function outcome(
  promised: ReadonlyMap<string, AcceptedSession>,
  closed: ReadonlyMap<string, Closed>,
  { settled, failed }: Logged,
): DoorSessions {
  const sold = new Map<string, { device: string; customerId: string; price: number }>();
  const vanished = new Map<string, string>();
  for (const [id, { data, device }] of closed) {
    const session = promised.get(id);
    for (const meal of data.taken) {
      if (!session || !settled.has(id)) vanished.set(meal, device);
      else sold.set(meal, { device, customerId: session.customerId, price: session.prices[meal] ?? -1 });
    }
  }
  const openedLate = [...failed.keys()].filter((id) => closed.has(id)).length;
  const ends = { settled: settled.size, givenUp: failed.size, openedLate };
  const uncharged = [...closed].flatMap(([id, { device }]) => (settled.has(id) ? [] : [device]));
  return { ends, sold, vanished, late: new Set(uncharged) };
}

/** Settled, or given up; or both, where its door had opened before that. */
function endsOnce(id: string, { opened, settled, failed }: Logged): boolean {
  const [settles, fails] = [settled.get(id)?.length ?? 0, failed.get(id)?.length ?? 0];
  return settles + fails === 1 || (settles === 1 && fails === 1 && opened.get(id)?.length === 1);
}

function notAsAnswered(answered: AcceptedSession, { started, opened, settled, failed }: Logged): string[] {
  const { sessionId: id, fridgeId, customerId, prices, state } = answered;
  const [start] = started.get(id) ?? [];
  if (!start) return [];
  const shown = Object.fromEntries(start.prices.map(({ mealId, price }) => [mealId, price]));
  const same =
    start.fridgeId === fridgeId &&
    start.customerId === customerId &&
    Object.keys(shown).length === Object.keys(prices).length &&
    Object.entries(prices).every(([meal, price]) => shown[meal] === price);
  if (!same) return [`${id} was started otherwise`];
  if (state !== 'OPENING' && !settled.has(id)) return [`${id} was ${state} and is not settled`];
  if (failed.has(id) && opened.has(id) && !settled.has(id)) return [`${id} was open and was given up`];
  return [];
}

function wrongBasket(
  id: string,
  settled: Events['DoorSessionSettled'] | undefined,
  session: AcceptedSession | undefined,
  closed: Closed | undefined,
): string[] {
  if (!settled || !session) return [];
  if (!closed) return [`${id} is settled, and its door was never shut`];
  const wanted = closed.data.taken.map((meal) => `${meal} ${session.prices[meal]}`).toSorted();
  const basket = settled.basket.map(({ mealId, price }) => `${mealId} ${price}`).toSorted();
  return basket.join() === wanted.join() && settled.customerId === session.customerId
    ? []
    : [`${id} has ${basket.join()}, not ${wanted.join()}`];
}

function bySession<D extends { sessionId: string }>(all: readonly D[]): Map<string, D[]> {
  const groups = new Map<string, D[]>();
  for (const one of all) {
    const group = groups.get(one.sessionId);
    if (group) group.push(one);
    else groups.set(one.sessionId, [one]);
  }
  return groups;
}
