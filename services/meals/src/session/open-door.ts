import type { Instant } from '@dabba/contracts';
import {
  type CommandContext,
  type Executed,
  isRefusal,
  type Refusal,
  refuseForNow,
} from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import { coldRulesOf } from '../fridge/cold-rules.ts';
import { fridgeRef } from '../fridge/fridge.ts';
import { refuseInMaintenance } from '../fridge/maintenance.ts';
import { mayOpen } from '../fridge/may-open.ts';
import { owedBy } from '../read-models/customer-debts.ts';
import { type Signs, seenInside, signsOf } from '../read-models/fleet-query.ts';
import { sessionTimeout } from '../tasks/session-timeout.ts';
import { shut } from './await-door.ts';
import { customerDoorsRef, customerDoorsStream } from './customer-doors.ts';
import { insideRefs, shownTo, unfit } from './inside.ts';
import { policyFrom } from './policy.ts';
import { sessionRef } from './session.ts';
import { startSession, type Wish } from './start.ts';
import { startedView } from './views.ts';

/** Times it looks again because the openings of the fridge changed between looking and deciding. */
const looks = 20;
const lookAgain = refuseForNow('busy', 'Too many want this fridge at once');

/**
 * Starts a door session; the fridge, the session, what the customer's doors count and the timer are written together. Everything
 * a sale could be wrong by is decided on states that have not changed until then: the fridge's lock, its meals, their lots,
 * the sessions at its doors, the customer's other doors. Only what others say (the fridge its thermometer and that it is there, payments what is owed) comes from lists.
 */
export function doorOpener(deps: StoreDeps) {
  const { store, db, region } = deps;
  const policy = policyFrom(deps.env);

  return async (wish: Wish, context: CommandContext): Promise<Executed<unknown> | Refusal> => {
    for (let look = 0; look < looks; look++) {
      const outcome = await tryOnce(wish, context);
      if (!(outcome.refused && outcome.code === lookAgain.code)) return outcome;
    }
    return lookAgain;
  };

  async function tryOnce(wish: Wish, context: CommandContext): Promise<Executed<unknown> | Refusal> {
    const { fridgeId, sessionId, customerId, now } = wish;
    const { state: seen } = await store.load(fridgeRef(fridgeId, ''));
    const metro = region.metros.find(({ id }) => id === seen.metro);
    const place = metro?.id ?? '';
    const [listed, signs, unpaid] = await Promise.all([
      seenInside(db, fridgeId),
      signsOf(db, fridgeId),
      customerId === null ? 0 : owedBy(db, customerId),
    ]);
    const session = sessionRef(sessionId, place);
    const fridge = fridgeRef(fridgeId, place);
    const doors = customerId === null ? undefined : customerDoorsRef(customerId, place);
    const others = new Map(seen.openings.map((each) => [each.sessionId, sessionRef(each.sessionId, place)]));
    const contents = insideRefs(listed, place);
    return store.transact(
      [session, fridge, ...(doors ? [doors] : []), ...others.values(), ...contents.streams],
      (unit) => {
        // It took too long to come here: its caller has been refused, or will be.
        if (deps.now() >= wish.expiresAt) return shut(sessionId);
        const { state } = unit.load(fridge);
        if (state.openings.some((each) => !others.has(each.sessionId))) return lookAgain;
        const inside = contents.load(unit);
        const prices = metro ? shownTo(inside, { fridgeId, customerId, now }, metro) : [];
        const decided = startSession(
          {
            fridge: state,
            others: [...others.values()].map((other) => unit.load(other).state),
            prices,
            unfit: (metro && unsafe(state, signs, metro, now)) ?? unfit(inside, wish.expiresAt),
            lastSign: signs.lastSeen,
            doors: doors ? unit.load(doors).state : customerDoorsStream.initial(),
            unpaid,
            maintenance: metro && refuseInMaintenance(metro, now),
          },
          wish,
          policy,
        );
        if (isRefusal(decided)) return decided;
        unit.append(session, [decided.session]);
        unit.append(fridge, [decided.fridge]);
        if (doors) unit.append(doors, decided.customer);
        unit.enqueue(sessionTimeout({ sessionId, metro: place }, 'opening', wish.expiresAt));
        return startedView(wish, prices);
      },
      context,
      {
        answer: (body) => ({
          status: 201,
          headers: { location: `/api/v1/sessions/${sessionId}` },
          body,
        }),
      },
    );
  }
}

function unsafe(
  fridge: Parameters<typeof mayOpen>[0],
  { sensor }: Signs,
  metro: Parameters<typeof coldRulesOf>[0],
  now: Instant,
): Refusal | undefined {
  return mayOpen(fridge, sensor, coldRulesOf(metro), now);
}
