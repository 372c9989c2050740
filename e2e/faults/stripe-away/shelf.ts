import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { demoCapacity } from '@dabba/meals/demo-capacity';
import { doorsOf, type SessionView, type Started } from '../../journeys/support/doors.ts';
import { kitchenOf } from '../../journeys/support/kitchen.ts';
import { villagers } from '../../journeys/support/villagers.ts';
import type { Answer } from '../../platform/client.ts';
import type { Platform } from '../../platform/platform.ts';
import { insist } from '../../saga/insist.ts';
import { cents } from '../../saga/money.ts';
import type { FoundDoor } from '../orders/judge.ts';
import { nothingThere } from '../orders/read.ts';
import type { Random } from '../random.ts';
import type { Phase } from './patrons.ts';

/** A door that opened, by the fridge's own word: whoever asked for it may not have heard. */
export interface Visit {
  id: string;
  customer: string;
  phase: Phase;
}

export interface Shelf {
  readonly visits: readonly Visit[];
  /** Why doors stayed shut, of those reasons for which they may → how often. */
  readonly shut: Readonly<Record<string, number>>;
  readonly broken: readonly string[];
  /** Resolves when the last door is shut. */
  readonly gone: Promise<void>;
  /** What came of what was taken. @param provider by payment, of its own book */
  read(provider: ReadonlyMap<string, FoundDoor['provider']>): Promise<FoundDoor[]>;
  close(): void;
}

/** None of them is the provider's doing. The last is whoever owes. */
const refusals: ReadonlySet<string> = new Set([
  'door-in-use',
  'fridge-offline',
  'fridge-did-not-answer',
  'sensor-silent',
  'unpaid',
]);
/** One after the other; whoever has a bad card is not found out before somebody asks the bank. */
const regulars = ['cus_sfo_031', 'cus_sfo_032', 'cus_sfo_033', 'cus_sfo_034', 'cus_sfo_035', 'cus_sfo_036'];
export const badCard = 'cus_sfo_037';
const fridgeId = 'fr_sfo_01';
const least = 6;

interface Methods {
  owed: { payment_id: string; amount: number }[];
}

/** A fridge at which a door is opened every so many seconds, until the signal. */
export async function openShelf(
  { url, ports }: Platform,
  dir: string,
  { every, random, phase }: { every: number; random: Random; phase(): Phase },
  end: AbortSignal,
): Promise<Shelf> {
  const people = villagers({ dir, url, ports, credentials: `${dir}/demo-credentials.json` });
  const [kitchen, doors] = [kitchenOf(people), doorsOf(people, fridgeId)];
  const fridge = people.fridge(fridgeId);
  const visits: Visit[] = [];
  const shut: Record<string, number> = {};
  const broken: string[] = [];
  fridge.reconnect();
  fridge.heartbeat(4);
  await fridge.drained();
  const alive = setInterval(() => fridge.heartbeat(4), 20_000);
  const saved = { payment_method_id: 'pm_card_visa_chargeDeclined' };
  const { status } = await people.as(badCard).put('/api/v1/payment-methods', saved);
  if (status !== 200) throw new Error(`${badCard} has no card: ${status}`);
  await doors.stocked(fridge, kitchen, demoCapacity / 2);

  async function visit(customer: string): Promise<void> {
    if (fridge.inside.size < least) await doors.stocked(fridge, kitchen, demoCapacity / 2);
    const taken = [...fridge.inside].slice(0, random.below(3));
    const asked = phase();
    fridge.onOpen(({ session_id: id = '' }) => {
      visits.push({ id, customer, phase: asked });
      return { taken };
    });
    const headers = { 'idempotency-key': randomUUID() };
    const path = `/api/v1/fridges/${fridgeId}/sessions?wait=5`;
    const { status: said, body } = await ask(() =>
      people.as(customer).post<Started>(path, { door: '1' }, headers),
    );
    const { code = '' } = body;
    // What comes of it is looked at in the end; the next one only waits for a door.
    if (said === 201) await doors.settled(customer, body.id).catch(() => {});
    else if (refusals.has(code) && (code !== 'unpaid' || customer === badCard))
      shut[code] = (shut[code] ?? 0) + 1;
    else broken.push(`no door for ${customer} (${asked}): ${said} ${JSON.stringify(body)}`);
  }

  async function come(): Promise<void> {
    for (let came = 0; !end.aborted; came++) {
      const next = Date.now() + every * 1_000;
      // Not before there is nobody to ask: whoever is found out gets no door.
      const isBad = came % 6 === 5 && phase() !== 'before';
      const customer = isBad ? badCard : (regulars[came % regulars.length] ?? badCard);
      await visit(customer).catch((error: unknown) => {
        broken.push(String(error));
      });
      await pause(Math.max(0, next - Date.now()), undefined, { signal: end }).catch(() => {});
    }
  }

  return {
    visits,
    shut,
    broken,
    gone: come(),
    async read(provider) {
      const owed = new Map<string, number>();
      for (const customer of [...regulars, badCard]) {
        const { body } = await insist(() => people.as(customer).get<Methods>('/api/v1/payment-methods'));
        for (const { payment_id, amount } of body.owed) owed.set(payment_id, amount);
      }
      const found: FoundDoor[] = [];
      for (const { id, customer } of visits) {
        const paymentId = `pay_${id}`;
        const session = await insist(
          () => people.as(customer).get<SessionView>(`/api/v1/sessions/${id}`),
          ({ status }) => status !== 200,
        );
        const price = session.body.basket.reduce((sum, meal) => sum + meal.price.amount, 0) / 100;
        let captured = 0;
        let seen = nothingThere;
        // What is owed for a hold that was let go is asked of the same card once more, by a payment of its own.
        for (const id of [paymentId, `${paymentId}_s1`]) {
          const { body } = await insist(() =>
            people.as('ops_sfo').get<{ captured?: number }>(`/api/v1/payments/${id}`),
          );
          captured = cents(captured + (body.captured ?? 0));
          seen = both(seen, provider.get(id) ?? nothingThere);
        }
        const owes = owed.get(paymentId) ?? 0;
        found.push({ id, state: session.body.state, price, captured, owed: owes, provider: seen });
      }
      return found;
    },
    close() {
      clearInterval(alive);
      fridge.disconnect();
    },
  };
}

type Seen = FoundDoor['provider'];

function both(one: Seen, other: Seen): Seen {
  return {
    captured: cents(one.captured + other.captured),
    back: cents(one.back + other.back),
    charges: one.charges + other.charges,
  };
}

/** Under one key, until somebody says something of it. */
async function ask(post: () => Promise<Answer<Started>>): Promise<Answer<Started>> {
  return insist(async () => {
    const answer = await post();
    // A door that stays shut for a reason is an answer, whatever its status.
    return refusals.has(answer.body.code ?? '') ? { ...answer, status: 409 } : answer;
  });
}
