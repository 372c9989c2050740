import { type App, principalOf, type StoreDeps } from '@dabba/service-kit';
import { Type } from 'typebox';
import { balances } from '../ledger/ledger.ts';
import type { Parts } from '../parts.ts';
import { inUnits } from '../payment/view.ts';
import { orNull } from '../schemas.ts';
import { soldDays } from './days.ts';
import { differenceId } from './difference.ts';
import { differences } from './differences.ts';

const Amount = Type.Number();
const Report = Type.Object({
  accounts: Type.Array(Type.Object({ account: Type.String(), currency: Type.String(), balance: Amount })),
  provider: Type.Array(
    Type.Object({
      provider: Type.String(),
      currency: Type.String(),
      ...{ captured: Amount, refunded: Amount, disputed: Amount },
    }),
  ),
  days: Type.Array(
    Type.Object({
      metro: Type.String(),
      day: Type.String({ description: 'By the clock of the metro' }),
      ...{ currency: Type.String(), meals: Type.Integer() },
      ...{ sold: Amount, captured: Amount, owed: Amount, open: Amount, difference: Amount },
    }),
  ),
  unexplained: Type.Integer({ description: 'Differences there are now; none is the aim (S0-INV-05)' }),
  differences: Type.Array(
    Type.Object({
      ...{ id: Type.String(), kind: Type.String(), payment_id: orNull(Type.String()) },
      ...{ currency: Type.String(), expected: Amount, found: Amount },
    }),
  ),
});

export function reconciliationRoutes(app: App, { db, now, region }: StoreDeps, { settings }: Parts): void {
  app.get(
    '/api/v1/reconciliation',
    {
      config: { permission: 'payments:reconcile' },
      schema: {
        tags: ['reconciliation'],
        summary: 'Ledger, provider, orders and meals side by side, and where they do not agree',
        querystring: Type.Object(
          { days: Type.Optional(Type.Integer({ minimum: 1, maximum: 366, default: 31 })) },
          { additionalProperties: false },
        ),
        response: { 200: Report },
      },
    },
    async (request) => {
      const { metro } = principalOf(request);
      const { days: length = 31 } = request.query;
      const before = new Date(now() - settings.settle);
      const since = new Date(before.getTime() - length * 24 * 3_600_000);
      const [accounts, held, days, found] = await Promise.all([
        balances(db, metro),
        db('provider_seen')
          .groupBy('provider', 'currency')
          .select<
            { provider: string; currency: string; captured: number; refunded: number; disputed: number }[]
          >(
            'provider',
            'currency',
            db.raw('sum(captured)::float8 as captured'),
            db.raw('sum(refunded)::float8 as refunded'),
            db.raw('sum(disputed)::float8 as disputed'),
          ),
        soldDays(db, region, metro, length),
        differences(db, { since, before }),
      ]);
      const mine = found.filter((each) => metro === undefined || each.metro === null || each.metro === metro);
      return {
        accounts: accounts.map((each) => ({ ...each, balance: inUnits(each.balance) })),
        provider: held.map(({ provider, currency, captured, refunded, disputed }) => ({
          ...{ provider, currency, captured: inUnits(captured) },
          ...{ refunded: inUnits(refunded), disputed: inUnits(disputed) },
        })),
        days: days.map(({ metro: at, day, currency, meals, sold, captured, owed, open }) => ({
          ...{ metro: at, day, currency, meals, sold: inUnits(sold), captured: inUnits(captured) },
          ...{ owed: inUnits(owed), open: inUnits(open), difference: inUnits(sold - captured - owed - open) },
        })),
        unexplained: mine.length,
        differences: mine.map((each) => ({
          ...{
            id: differenceId(each),
            kind: each.kind,
            payment_id: each.payment_id,
            currency: each.currency,
          },
          ...{ expected: inUnits(each.expected), found: inUnits(each.found) },
        })),
      };
    },
  );
}
