import type { Events, Instant } from '@dabba/contracts';
import { type Refusal, refuse, refuseForNow } from '@dabba/event-store';
import type { Fridge, FridgeEvent } from '../fridge/fridge.ts';
import { type CustomerDoors, type CustomerDoorsEvent, countedNow } from './customer-doors.ts';
import type { Policy } from './policy.ts';
import { holdsDoor, type Session, type SessionEvent } from './session.ts';

export interface Wish {
  sessionId: string;
  fridgeId: string;
  door: string;
  /** Null: staff. */
  customerId: string | null;
  /** Where the caller works; undefined: everywhere. */
  metro: string | undefined;
  commandId: string;
  nonce: string;
  now: Instant;
  /** The fridge does not obey from then on. */
  expiresAt: Instant;
}

/** What is known when the door is asked for. */
export interface Known {
  fridge: Fridge;
  /** Sessions of this fridge that may not be over. */
  others: readonly Session[];
  /** Of everything for sale inside to whoever asks. */
  prices: Events['DoorSessionStarted']['prices'];
  /** Why customers may not open it; undefined where they may. */
  unfit: Refusal | undefined;
  /** Last time the fridge was heard; undefined: never. */
  lastSign: Instant | undefined;
  /** Of this customer. */
  doors: CustomerDoors;
  /** Minor units this customer owes. */
  unpaid: number;
  /** Why nothing moves now; undefined outside the metro's maintenance window. */
  maintenance: Refusal | undefined;
}

export interface Started {
  session: SessionEvent;
  fridge: FridgeEvent;
  /** None for staff. */
  customer: readonly CustomerDoorsEvent[];
}

/** Whether the door may open, and the events that say so. Staff get in where customers may not: they have to fetch what is unsafe. */
export function startSession(known: Known, wish: Wish, policy: Policy): Started | Refusal {
  const { sessionId, fridgeId, door, customerId, commandId, nonce, now, expiresAt } = wish;
  const refused =
    placeRefuses(known, wish, policy) ?? (customerId === null ? undefined : standing(known, policy, now));
  if (refused) return refused;
  const kind = customerId === null ? 'STAFF' : 'CUSTOMER';
  const shown = { kind, customerId, commandId, nonce, prices: [...known.prices] } as const;
  const reason = kind === 'STAFF' ? 'A staff session' : 'A customer session';
  return {
    session: {
      type: 'DoorSessionStarted',
      data: { sessionId, fridgeId, door, ...shown, startedAt: now, expiresAt },
    },
    fridge: {
      type: 'FridgeCommandIssued',
      data: { fridgeId, commandId, kind: 'OPEN', reason, issuedAt: now, sessionId, door, nonce, expiresAt },
    },
    customer:
      customerId === null
        ? []
        : [
            {
              type: 'DoorSessionCounted',
              data: { customerId, sessionId, fridgeId, startedAt: now, countedUntil: now + policy.window },
            },
          ],
  };
}

function placeRefuses({ fridge, others, lastSign }: Known, wish: Wish, policy: Policy): Refusal | undefined {
  const { fridgeId, door, metro, now } = wish;
  if (fridge.name === null) return refuse(404, 'fridge-unknown', `No fridge ${fridgeId}`);
  if (metro !== undefined && fridge.metro !== metro)
    return refuse(403, 'other-metro', `Fridge ${fridgeId} does not stand in ${metro}`);
  if (lastSign === undefined || now - lastSign > policy.offlineAfter)
    return refuseForNow('fridge-offline', `Fridge ${fridgeId} was not heard lately`, 30);
  if (others.some((other) => other?.door === door && holdsDoor(other)))
    return refuse(409, 'door-in-use', `Door ${door} of ${fridgeId} is somebody else's for the moment`);
  return undefined;
}

function standing(known: Known, policy: Policy, now: Instant): Refusal | undefined {
  const { unfit, doors, unpaid, maintenance, prices } = known;
  if (maintenance) return maintenance;
  if (unfit) return unfit;
  if (unpaid > policy.unpaidLimit) return refuse(403, 'unpaid', 'Something you took is not paid yet');
  if (countedNow(doors, now) >= policy.sessions)
    return {
      ...refuse(429, 'too-many-sessions', 'Too many doors in a short time'),
      retryAfter: policy.window / 1000,
    };
  if (prices.length === 0) return refuse(409, 'sold-out', 'Nothing is left in this fridge for you');
  return undefined;
}
