import { newId } from '@dabba/contracts';
import { type CommandContext, type Executed, isRefusal, type Refusal } from '@dabba/event-store';
import { type App, principalOf, requireMetro, runCommand, type StoreDeps } from '@dabba/service-kit';
import type { Static } from 'typebox';
import type { Parts } from '../parts.ts';
import { IdParams, minor } from '../schemas.ts';
import { act, streamsOf } from './act.ts';
import { asked, payableFor, withSecret } from './asked.ts';
import { isTheirs, maySee, unknownPayment } from './may-see.ts';
import { NewPayment } from './new-payment.ts';
import { paymentIdOf, paymentRef } from './payment.ts';
import { presenter } from './presenter.ts';
import { subsidyFor, takeSubsidy } from './subsidy.ts';
import { PaymentView } from './view.ts';

export function paymentRoutes(app: App, deps: StoreDeps, parts: Parts): void {
  const { store, region } = deps;
  const { desk, providers } = parts;
  const present = presenter(deps, parts);
  const answer = withSecret(deps, parts);

  app.post(
    '/api/v1/payments',
    {
      config: { permission: 'payments:request', idempotencyKey: 'required' },
      schema: {
        tags: ['payments'],
        summary: 'Ask for money, of one order once (S2-ORD-13)',
        body: NewPayment,
        response: { 201: PaymentView },
      },
    },
    (request, reply) =>
      runCommand(request, reply, async (context) => {
        requireMetro(principalOf(request), request.body.metro);
        return answer(await requestPayment(request.body, context));
      }),
  );

  app.get(
    '/api/v1/payments/:id',
    {
      config: { permission: 'payments:read' },
      schema: {
        tags: ['payments'],
        summary: 'A payment; for its customer with the secret to confirm it',
        params: IdParams,
        response: { 200: PaymentView },
      },
    },
    async (request) => {
      const { id } = request.params;
      const principal = principalOf(request);
      const payment = await desk.load(id);
      if (payment === null || !maySee(principal, payment)) throw unknownPayment(id);
      return present(id, payment, isTheirs(principal, payment));
    },
  );

  async function requestPayment(
    body: Static<typeof NewPayment>,
    context: CommandContext,
  ): Promise<Executed<{ id: string }> | Refusal> {
    const { customer_id: customerId = null, order_id: orderId = null, metro, currency } = body;
    const paymentId = orderId === null ? newId('pay') : paymentIdOf(orderId);
    const place = { paymentId, metro, customerId };
    const amount = minor(body.amount);
    const { now } = context;
    return store.transact(
      streamsOf(place),
      (unit) => {
        // Asked for before: its subsidy is taken.
        if (unit.load(paymentRef(paymentId, metro)).state !== null) return { id: paymentId };
        const company =
          customerId !== null && body.use_meal_subsidy === true
            ? { paymentId, metro, customerId, amount, currency }
            : undefined;
        const [subsidy, subsidyPeriod] = company
          ? takeSubsidy(unit, company, subsidyFor(unit, region, company, now))
          : [0, null];
        const wish = {
          ...{ metro, orderId, sessionId: null, customerId, amount, subsidy, subsidyPeriod, currency },
          ...{ captures: body.captures ?? 'AUTOMATIC', confirms: body.confirms ?? 'CLIENT' },
          ...{ provider: providers[0].name, paymentMethod: body.payment_method_id ?? null },
          ...{ providerCustomer: null, settles: body.settles ?? null },
          expiresAt: body.expires_at === undefined ? now + payableFor : Date.parse(body.expires_at),
        } as const;
        const done = act(unit, place, { do: 'request', paymentId, wish, now });
        return isRefusal(done) ? done : { id: paymentId };
      },
      context,
      asked,
    );
  }
}
