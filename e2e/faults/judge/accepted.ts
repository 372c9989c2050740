import type { AcceptedCommand } from '../ledger.ts';
import type { Findings } from './findings.ts';
import type { Journals, SeenFact } from './journals.ts';
import type { DoorSessions } from './sessions.ts';
import { dataOf, idsBy, type StoredEvent } from './store.ts';

/** One kind of accepted thing, and where it was found again. Undefined: it does not go there. */
export interface Kind {
  kind: string;
  accepted: number;
  inStore: number | undefined;
  inTopic: number;
  inReadModel: number | undefined;
}

export interface Evidence {
  commands: readonly AcceptedCommand[];
  journals: Journals;
  sessions: DoorSessions;
  store: readonly StoredEvent[];
  /** Ids of the events on decision topics. */
  published: ReadonlySet<string>;
  /** Names of the facts on their topic. */
  factsOnTopic: ReadonlySet<string>;
  /** Ids of meals whose row says what was accepted. */
  rightRows: ReadonlySet<string>;
}

/** Everything accepted has to have its effect exactly once; everything that had an effect has to have been accepted. */
export function judgeAccepted(evidence: Evidence, findings: Findings): Kind[] {
  const { commands, journals, sessions, store, published, factsOnTopic, rightRows } = evidence;
  const lots = commands.filter((command) => command.kind === 'lot');
  const asked = commands.filter((command) => command.kind === 'fridge-command');
  const facts = (type: SeenFact['type']) => [...journals.facts].filter(([, fact]) => fact.type === type);

  const effect = (what: string, wanted: readonly string[], found: ReadonlyMap<string, readonly string[]>) =>
    judgeEffect(what, wanted, found, published, findings);
  const meals = lots.flatMap(({ mealIds }) => mealIds);
  const made = effect(
    'E2 E5 E7: LotCreated of accepted lots',
    lots.map(({ lotId }) => lotId),
    idsBy(store, 'LotCreated', ({ lotId }) => lotId),
  );
  effect(
    'E2 E5 E7: MealProduced of accepted lots',
    meals,
    idsBy(store, 'MealProduced', ({ mealId }) => mealId),
  );
  const issued = effect(
    'E2 E5 E7: FridgeCommandIssued of accepted commands',
    asked.map(({ commandId }) => commandId),
    idsBy(store, 'FridgeCommandIssued', ({ commandId, kind }) => (kind === 'OPEN' ? undefined : commandId)),
  );
  const seen = (type: SeenFact['type'], idOf: (fact: SeenFact) => string) =>
    facts(type).map(([, fact]) => idOf(fact));
  const stocked = effect(
    'E9 B3: MealStocked of accepted facts',
    seen('meal_stocked', mealOf),
    idsBy(store, 'MealStocked', ({ mealId }) => mealId),
  );
  const atDoors = [...sessions.sold.keys()];
  const sales = idsBy(store, 'MealSold', ({ mealId }) => mealId);
  const sold = effect(
    'E9 B3 S0-INV-05: MealSold of what was sold',
    [...seen('meal_sold', mealOf), ...atDoors],
    sales,
  );
  findings.wrong(
    'S0-INV-05: sales at doors are not of their customer, or not at the price that was shown',
    dataOf(store, 'MealSold').flatMap(({ mealId, sessionId, customerId, price, fridgeId }) => {
      const wanted = sessions.sold.get(mealId);
      if (!wanted) return sessionId === null ? [] : [`${mealId} in ${sessionId}`];
      const { device, ...sale } = wanted;
      const same = sale.customerId === customerId && sale.price === price && device === fridgeId;
      return same && sessionId !== null ? [] : [`${mealId} to ${customerId} for ${price}`];
    }),
  );
  const movedBy = (kind: 'ship' | 'return') =>
    commands.flatMap((one) => (one.kind === kind ? [one.mealId] : []));
  const shipped = effect(
    'E2 E5 E7: MealShipped of accepted commands',
    movedBy('ship'),
    // Trips that nobody recorded are inferred on arrival.
    idsBy(store, 'MealShipped', ({ mealId, inferred }) => (inferred ? undefined : mealId)),
  );
  const returned = effect(
    'E2 E5 E7: MealReturned of accepted commands',
    movedBy('return'),
    idsBy(store, 'MealReturned', ({ mealId }) => mealId),
  );
  effect(
    'B5 S0-INV-05: MealUnexplained of what went out by doors that were given up',
    [...sessions.vanished.keys()],
    idsBy(store, 'MealUnexplained', ({ mealId }) => mealId),
  );
  // An OPEN that has expired is waited for by nobody: its late confirmation is no news.
  const unlocks = new Set(
    dataOf(store, 'FridgeCommandIssued').flatMap(({ kind, commandId }) =>
      kind === 'OPEN' ? [commandId] : [],
    ),
  );
  findings.extra(
    'E9 B3 B4: FridgeCommandConfirmed of doors',
    [
      ...idsBy(store, 'FridgeCommandConfirmed', ({ commandId }) =>
        unlocks.has(commandId) ? commandId : undefined,
      ),
    ]
      .filter(([, ids]) => ids.length > 1)
      .map(([id]) => id),
  );
  const confirmed = effect(
    'E9 B3 B4: FridgeCommandConfirmed of accepted facts',
    seen('command_done', commandOf).filter((id) => !unlocks.has(id)),
    idsBy(store, 'FridgeCommandConfirmed', ({ commandId }) =>
      unlocks.has(commandId) ? undefined : commandId,
    ),
  );
  const obeyed = new Set(seen('command_done', commandOf));
  findings.missing(
    'B4: fridges never did what they were told',
    asked.map(({ commandId }) => commandId).filter((id) => !obeyed.has(id)),
  );
  // Every fact of this load follows from what is known, but for doors that opened when nobody waited any more.
  findings.wrong(
    'E9 B2 B5: honest facts were disputed',
    dataOf(store, 'MealFactDisputed').map(({ mealId }) => mealId),
  );
  findings.wrong(
    'E9 B2 B5: honest facts raised an alarm',
    dataOf(store, 'FridgeAlertRaised').flatMap(({ alert, fridgeId, mealId }) => {
      // Of what was not heard, not of a fact.
      if (alert === 'OFFLINE') return [];
      if (alert === 'VANISHED_MEAL' && mealId !== null && sessions.vanished.has(mealId)) return [];
      return alert === 'UNASKED_OPENING' && sessions.late.has(fridgeId) ? [] : [`${alert} at ${fridgeId}`];
    }),
  );

  const kind = (
    name: string,
    type: SeenFact['type'],
    inStore?: number,
    inReadModel?: number,
    counts: (fact: SeenFact) => boolean = () => true,
  ): Kind => {
    const accepted = facts(type).filter(([name, fact]) => journals.acknowledged.has(name) && counts(fact));
    const inTopic = accepted.filter(([fact]) => factsOnTopic.has(fact)).length;
    return { kind: name, accepted: accepted.length, inStore, inTopic, inReadModel };
  };
  const right = (meals: readonly string[]) => meals.filter((meal) => rightRows.has(meal)).length;
  const rows = (type: SeenFact['type']) => right(seen(type, mealOf));
  const command = (name: string, meals: readonly string[], found: { inStore: number; inTopic: number }) => ({
    kind: name,
    accepted: meals.length,
    ...found,
    inReadModel: right(meals),
  });
  const accepted = commands.filter((one) => one.kind === 'session');
  const started = idsBy(store, 'DoorSessionStarted', ({ sessionId }) => sessionId);
  const begun = accepted.filter(({ sessionId }) => started.has(sessionId));
  return [
    {
      kind: 'lots made',
      accepted: lots.length,
      inStore: made.inStore,
      inTopic: made.inTopic,
      inReadModel: lots.filter(({ mealIds }) => mealIds.every((meal) => rightRows.has(meal))).length,
    },
    {
      kind: 'fridges commanded',
      accepted: asked.length,
      inStore: issued.inStore,
      inTopic: issued.inTopic,
      inReadModel: undefined,
    },
    command('meals shipped', movedBy('ship'), shipped),
    command('meals returned', movedBy('return'), returned),
    {
      kind: 'doors asked for',
      accepted: accepted.length,
      inStore: begun.length,
      inTopic: begun.filter(({ sessionId }) => started.get(sessionId)?.every((id) => published.has(id)))
        .length,
      inReadModel: undefined,
    },
    kind('meals stocked', 'meal_stocked', stocked.inStore, rows('meal_stocked')),
    kind(
      'meals sold',
      'meal_sold',
      sold.inStore - atDoors.filter((meal) => sales.has(meal)).length,
      rows('meal_sold'),
    ),
    {
      kind: 'meals sold at doors',
      accepted: atDoors.length,
      inStore: atDoors.filter((meal) => sales.has(meal)).length,
      inTopic: atDoors.filter((meal) => sales.get(meal)?.every((id) => published.has(id))).length,
      inReadModel: right(atDoors),
    },
    kind('doors opened', 'door_opened'),
    kind('doors closed', 'door_closed'),
    kind(
      'commands done',
      'command_done',
      confirmed.inStore,
      undefined,
      (fact) => !unlocks.has(commandOf(fact)),
    ),
    kind('heartbeats', 'heartbeat'),
  ];
}

function judgeEffect(
  what: string,
  wanted: readonly string[],
  found: ReadonlyMap<string, readonly string[]>,
  published: ReadonlySet<string>,
  findings: Findings,
): { inStore: number; inTopic: number } {
  const accepted = new Set(wanted);
  const inStore = wanted.filter((key) => found.has(key));
  findings.missing(
    what,
    wanted.filter((key) => !found.has(key)),
  );
  findings.extra(
    what,
    [...found].filter(([key, ids]) => ids.length > 1 || !accepted.has(key)).map(([key]) => key),
  );
  return {
    inStore: inStore.length,
    inTopic: inStore.filter((key) => found.get(key)?.every((id) => published.has(id))).length,
  };
}

function mealOf({ data }: SeenFact): string {
  return 'meal_id' in data ? data.meal_id : '';
}

function commandOf({ data }: SeenFact): string {
  return 'command_id' in data ? data.command_id : '';
}
