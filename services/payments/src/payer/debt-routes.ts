import { refuse } from '@dabba/event-store';
import { type App, principalOf, runCommand, type StoreDeps } from '@dabba/service-kit';
import { Type } from 'typebox';
import type { Parts } from '../parts.ts';
import { withSecret } from '../payment/asked.ts';
import { PaymentView } from '../payment/view.ts';
import { IdParams } from '../schemas.ts';
import { debtPayer } from './pay-debt.ts';

const How = Type.Object(
  {
    confirms: Type.Optional(
      Type.Enum(['CLIENT', 'SERVER'], {
        description: 'CLIENT, with the secret; SERVER: by what the customer has saved',
      }),
    ),
  },
  { additionalProperties: false },
);

/** Who is kept from doors by what they owe can pay it. */
export function debtRoutes(app: App, deps: StoreDeps, parts: Parts): void {
  const debts = debtPayer(deps, parts);
  const answer = withSecret(deps, parts);
  app.post(
    '/api/v1/payments/:id/settlement',
    {
      config: { permission: 'payments:methods', idempotencyKey: 'required' },
      schema: {
        tags: ['payments'],
        summary:
          'Pay what is owed for a payment; asked for again it is the same one, unless that was declined',
        params: IdParams,
        body: How,
        response: { 201: PaymentView },
      },
    },
    (request, reply) =>
      runCommand(request, reply, async (context) => {
        const { customerId, metro = deps.region.metros[0]?.id ?? '' } = principalOf(request);
        if (customerId === undefined) return refuse(403, 'not-a-customer', 'The token names no customer');
        const debt = { customerId, metro, paymentId: request.params.id };
        return answer(await debts.ask(debt, request.body.confirms ?? 'CLIENT', context));
      }),
  );
}
