import { refuse, refuseForNow } from '@dabba/event-store';
import { type App, Problem, principalOf, requireMetro, runCommand, type StoreDeps } from '@dabba/service-kit';
import { Type } from 'typebox';
import type { Parts } from '../parts.ts';
import { inUnits } from '../payment/view.ts';
import { ProviderAway, ProviderRefused } from '../provider/port.ts';
import { Id, Token } from '../schemas.ts';
import { decidePayer } from './decide.ts';
import { type Payer, payerRef } from './payer.ts';

const Method = Type.Object(
  {
    payment_method_id: Token,
    provider: Type.Optional(
      Type.String({ description: 'Whose token it is; the first choice where left out' }),
    ),
  },
  { additionalProperties: false },
);
const View = Type.Object({
  customer_id: Type.String(),
  methods: Type.Array(Type.Object({ provider: Type.String(), payment_method_id: Type.String() })),
  owed: Type.Array(
    Type.Object({ payment_id: Type.String(), amount: Type.Number(), currency: Type.String() }),
  ),
});
const OfDebt = Type.Object({ id: Id, payment: Id }, { additionalProperties: false });

export function payerRoutes(app: App, { store, region, now }: StoreDeps, { providers }: Parts): void {
  app.put(
    '/api/v1/payment-methods',
    {
      config: { permission: 'payments:methods' },
      schema: {
        tags: ['payments'],
        summary:
          'Keep a provider’s token, to be charged at fridges and for orders without being asked (S4-SEC-03)',
        body: Method,
        response: { 200: View },
      },
    },
    (request, reply) =>
      runCommand(request, reply, async (context) => {
        const { customerId, metro = region.metros[0]?.id ?? '' } = principalOf(request);
        if (customerId === undefined) return refuse(403, 'not-a-customer', 'The token names no customer');
        const { provider: name = providers[0].name } = request.body;
        const provider = providers.find((each) => each.name === name);
        if (!provider) return refuse(422, 'provider-unknown', `Nobody here speaks to ${name}`);
        const ref = payerRef(customerId, metro);
        const known = (await store.load(ref)).state.methods[provider.name];
        try {
          const token = request.body.payment_method_id;
          const saved =
            known?.method === token
              ? known
              : await provider.saveMethod(customerId, token, known?.customer ?? null);
          return await store.execute(
            ref,
            (payer) =>
              decidePayer(payer, {
                do: 'save-method',
                customerId,
                provider: provider.name,
                saved,
                now: now(),
              }),
            context,
            { answer: ({ state }) => ({ status: 200, body: view(customerId, state) }) },
          );
        } catch (error) {
          if (error instanceof ProviderAway)
            return refuseForNow(
              'provider-away',
              'The payment provider does not answer',
              error.retryAfter ?? 5,
            );
          if (error instanceof ProviderRefused) return refuse(422, 'payment-method-refused', error.message);
          throw error;
        }
      }),
  );

  app.get(
    '/api/v1/payment-methods',
    {
      config: { permission: 'payments:methods' },
      schema: { tags: ['payments'], summary: 'What a customer pays with, and owes', response: { 200: View } },
    },
    async (request) => {
      const { customerId, metro = '' } = principalOf(request);
      if (customerId === undefined)
        throw new Problem({ status: 403, code: 'not-a-customer', detail: 'The token names no customer' });
      return view(customerId, (await store.load(payerRef(customerId, metro))).state);
    },
  );

  app.delete(
    '/api/v1/customers/:id/receivables/:payment',
    {
      config: { permission: 'receivables:settle' },
      schema: {
        tags: ['payments'],
        summary: 'Write off what a customer owes for a payment',
        params: OfDebt,
      },
    },
    (request, reply) =>
      runCommand(request, reply, async (context) => {
        const { id: customerId, payment: paymentId } = request.params;
        const [first] = await store.history(payerRef(customerId, '').id, undefined, 1);
        const metro = first?.meta.metro ?? region.metros[0]?.id ?? '';
        if (first) requireMetro(principalOf(request), metro);
        return store.execute(
          payerRef(customerId, metro),
          (payer) =>
            decidePayer(payer, { do: 'settle', customerId, paymentId, writtenOff: true, now: context.now }),
          context,
        );
      }),
  );
}

function view(customer_id: string, { methods, owed }: Payer) {
  return {
    customer_id,
    methods: Object.entries(methods).map(([provider, { method }]) => ({
      provider,
      payment_method_id: method,
    })),
    owed: Object.entries(owed).map(([payment_id, { amount, currency }]) => ({
      ...{ payment_id, amount: inUnits(amount), currency },
    })),
  };
}
