import { metroOf } from '@dabba/contracts';
import { isRefusal } from '@dabba/event-store';
import {
  type App,
  mayDo,
  Problem,
  principalOf,
  requireMetro,
  runCommand,
  type StoreDeps,
} from '@dabba/service-kit';
import { Type } from 'typebox';
import { inUnits } from '../payment/view.ts';
import { Currency, Id, IdParams, minor } from '../schemas.ts';
import { type Allowance, allowanceRef, remainingIn, usedIn } from './allowance.ts';
import { decideAllowance } from './decide.ts';
import { periodOf } from './period.ts';

const Grant = Type.Object(
  {
    metro: Id,
    allowance: Type.Number({ minimum: 0, maximum: 100_000, multipleOf: 0.01 }),
    currency: Currency,
    period: Type.Enum(['DAY', 'WEEK', 'MONTH']),
  },
  { additionalProperties: false },
);
const View = Type.Object({
  customer_id: Type.String(),
  allowance: Type.Number(),
  currency: Type.String(),
  period: Type.String(),
  current_period: Type.String(),
  used: Type.Number(),
  remaining: Type.Number(),
});

export function allowanceRoutes(app: App, { store, region, now }: StoreDeps): void {
  const view = (customerId: string, allowance: Allowance, metro: string) => {
    const period = periodOf(allowance.period, now(), metroOf(region, metro).zone);
    return {
      ...{ customer_id: customerId, allowance: inUnits(allowance.allowance), currency: allowance.currency },
      ...{ period: allowance.period, current_period: period },
      ...{ used: inUnits(usedIn(allowance, period)), remaining: inUnits(remainingIn(allowance, period)) },
    };
  };

  app.put(
    '/api/v1/customers/:id/subsidy',
    {
      config: { permission: 'subsidies:grant' },
      schema: {
        tags: ['subsidies'],
        summary: 'What a company adds for a customer, each period anew (S2-PAY-03)',
        params: IdParams,
        body: Grant,
        response: { 200: View },
      },
    },
    (request, reply) =>
      runCommand(request, reply, (context) => {
        const { id: customerId } = request.params;
        const { metro, currency, period, allowance } = request.body;
        requireMetro(principalOf(request), metro);
        const ref = allowanceRef(customerId, metro);
        return store.execute(
          ref,
          (state) => {
            const grant = { do: 'grant', customerId, currency, period, now: context.now } as const;
            return decideAllowance(state, { ...grant, allowance: minor(allowance) });
          },
          context,
          {
            answer: ({ state }) => {
              if (state === null || isRefusal(state)) throw new Error('It was granted');
              return { status: 200, body: view(customerId, state, metro) };
            },
          },
        );
      }),
  );

  app.get(
    '/api/v1/customers/:id/subsidy',
    {
      config: { permission: 'subsidies:read' },
      schema: {
        tags: ['subsidies'],
        summary: 'What is left of the allowance of this period',
        params: IdParams,
        querystring: Type.Object({ metro: Type.Optional(Id) }, { additionalProperties: false }),
        response: { 200: View },
      },
    },
    async (request) => {
      const { id } = request.params;
      const {
        roles,
        customerId,
        metro = request.query.metro ?? region.metros[0]?.id ?? '',
      } = principalOf(request);
      const { state } = await store.load(allowanceRef(id, metro));
      if (state === null || !(customerId === id || mayDo(roles, 'payments:read-all')))
        throw new Problem({ status: 404, code: 'subsidy-unknown', detail: `No allowance of ${id}` });
      return view(id, state, metro);
    },
  );
}
