import type { AcceptedCommand } from '../ledger.ts';
import type { Findings } from './findings.ts';
import type { Journals, SeenFact } from './journals.ts';
import { idsBy, type StoredEvent } from './store.ts';

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
  const { commands, journals, store, published, factsOnTopic, rightRows } = evidence;
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
    idsBy(store, 'FridgeCommandIssued', ({ commandId }) => commandId),
  );
  const seen = (type: SeenFact['type'], idOf: (fact: SeenFact) => string) =>
    facts(type).map(([, fact]) => idOf(fact));
  const stocked = effect(
    'E9 B3: MealStocked of accepted facts',
    seen('meal_stocked', mealOf),
    idsBy(store, 'MealStocked', ({ mealId }) => mealId),
  );
  const sold = effect(
    'E9 B3: MealSold of accepted facts',
    seen('meal_sold', mealOf),
    idsBy(store, 'MealSold', ({ mealId }) => mealId),
  );
  const confirmed = effect(
    'E9 B3 B4: FridgeCommandConfirmed of accepted facts',
    seen('command_done', commandOf),
    idsBy(store, 'FridgeCommandConfirmed', ({ commandId }) => commandId),
  );
  const obeyed = new Set(seen('command_done', commandOf));
  findings.missing(
    'B4: fridges never did what they were told',
    asked.map(({ commandId }) => commandId).filter((id) => !obeyed.has(id)),
  );
  // Every fact of this load follows from what is known: none may be taken for a strange one.
  for (const type of ['MealUnexplained', 'MealFactDisputed', 'FridgeAlertRaised'] as const)
    findings.wrong(
      `E9 B2 B5: honest facts ended as ${type}`,
      store.filter(({ event }) => event.type === type).map(({ stream }) => stream),
    );

  const kind = (name: string, type: SeenFact['type'], inStore?: number, inReadModel?: number): Kind => {
    const accepted = facts(type).filter(([fact]) => journals.acknowledged.has(fact));
    const inTopic = accepted.filter(([fact]) => factsOnTopic.has(fact)).length;
    return { kind: name, accepted: accepted.length, inStore, inTopic, inReadModel };
  };
  const rows = (type: SeenFact['type']) => seen(type, mealOf).filter((meal) => rightRows.has(meal)).length;
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
    kind('meals stocked', 'meal_stocked', stocked.inStore, rows('meal_stocked')),
    kind('meals sold', 'meal_sold', sold.inStore, rows('meal_sold')),
    kind('commands done', 'command_done', confirmed.inStore),
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
