import type { StoreDeps } from '@dabba/service-kit';
import type { Knex } from 'knex';
import type { Parts } from '../parts.ts';
import { providerNamed } from '../payment/desk.ts';
import { type Intent, ProviderAway } from '../provider/port.ts';
import { allOf } from '../rounds/round.ts';
import { askedAt, askedUpTo } from '../webhooks/asked.ts';

/** Payments asked about in one round. */
const atOnce = 200;
/** How far back a new database looks for strays; milliseconds. */
const firstLook = 24 * 3_600_000;

interface Unseen {
  payment_id: string;
  provider: string;
  intent_id: string;
}

/** Asks the provider how those stand that changed since it was asked last, and keeps what it says. */
export async function lookAtProvider(
  { db, now }: Pick<StoreDeps, 'db' | 'now'>,
  { desk, providers }: Pick<Parts, 'desk' | 'providers'>,
  before: Date,
): Promise<void> {
  await eachOf(await unseen(db, before), async ({ payment_id, provider, intent_id }) => {
    const known = providers.some(({ name }) => name === provider);
    if (!known) return;
    const seen_at = new Date(now());
    const intent = await providerNamed(providers, provider).retrieve(intent_id);
    // What nobody told us of is written down before it is called a difference.
    await desk.record(intent, 'round:reconcile');
    await db('provider_seen')
      .insert({ payment_id, provider, intent_id, currency: intent.currency, ...sums(intent), seen_at })
      .onConflict('payment_id')
      .merge();
  });
}

/**
 * Looks for money under our ids that no payment of ours goes by: an intent made twice, or with a provider that was given up.
 * @param before what was made later may not be written down yet
 */
export async function lookForStrays(
  { db, pool, now }: Pick<StoreDeps, 'db' | 'pool' | 'now'>,
  { desk, providers }: Pick<Parts, 'desk' | 'providers'>,
  before: Date,
): Promise<void> {
  for (const provider of providers) {
    const round = `${provider.name} intents`;
    const from = (await askedAt(pool, round)) ?? now() - firstLook;
    const suspects = new Map<string, string>();
    for await (const { id, paymentId, received } of provider.made(from, before.getTime()))
      if (received > 0 && paymentId !== undefined) suspects.set(id, paymentId);
    const own = await db('payment_list')
      .whereIn('intent_id', [...suspects.keys()])
      .pluck('intent_id');
    for (const id of own) suspects.delete(id);
    const known = await db<{ provider: string; intent_id: string; payment_id: string }>('provider_strays')
      .where({ provider: provider.name })
      .andWhere('net', '<>', 0);
    for (const { intent_id, payment_id } of known) suspects.set(intent_id, payment_id);
    await eachOf(suspects, async ([intent_id, payment_id]) => {
      const intent = await provider.retrieve(intent_id);
      // It may be its payment's own, and neither list nor stream have heard of it yet; one that nobody wants is closed.
      await desk.record(intent, 'round:reconcile');
      const payment = await desk.load(payment_id);
      if (payment?.intentId === intent_id && payment.provider === provider.name) {
        await db('provider_strays').where({ provider: provider.name, intent_id }).delete();
        return;
      }
      const { captured, refunded, disputed } = sums(intent);
      const net = captured - refunded - disputed;
      await db('provider_strays')
        .insert({ provider: provider.name, intent_id, payment_id, currency: intent.currency, net })
        .onConflict(['provider', 'intent_id'])
        .merge();
    });
    await askedUpTo(pool, round, before.getTime());
  }
}

/** All of them, though some fail: what nobody can look at must not hide the others. Of a provider that is away none is asked about. */
async function eachOf<T>(all: Iterable<T>, look: (one: T) => Promise<void>): Promise<void> {
  const failures: unknown[] = [];
  for (const one of all)
    await look(one).catch((error: unknown) => {
      if (error instanceof ProviderAway) throw error;
      failures.push(error);
    });
  if (failures.length > 0) throw allOf(failures);
}

/** Those that ended, and changed since the provider was asked about them. */
export function unseen(db: Knex, before: Date): Promise<Unseen[]> {
  return db('payment_list as p')
    .leftJoin('provider_seen as s', 's.payment_id', 'p.payment_id')
    .whereNotNull('p.intent_id')
    .whereIn('p.status', ['SUCCEEDED', 'CANCELLED'])
    .where('p.changed_at', '<', before)
    .where((either) => either.whereNull('s.seen_at').orWhereRaw('s.seen_at <= p.changed_at'))
    .orderBy('p.changed_at')
    .limit(atOnce)
    .select('p.payment_id', 'p.provider', 'p.intent_id');
}

function sums({ received, refunds, disputes }: Intent) {
  const total = (of: readonly { amount: number }[]) => of.reduce((sum, { amount }) => sum + amount, 0);
  return {
    captured: received,
    // What comes back of a hold is in no capture either; what others gave back is a difference.
    refunded: total(refunds.filter(({ status }) => status !== 'FAILED')),
    disputed: total(disputes.filter(({ status }) => status !== 'WON')),
  };
}
