import { createServer, type Server } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { StoreDeps } from '@dabba/service-kit';
import type { Topics } from '@dabba/testing/topics';

/** Stands in for payments, receipts and identity: their doors by HTTP, their events on the topic. */
export class Payments {
  readonly #server: Server;
  /** Payments that are asked for are known to the provider at once; false: nobody hears of them. */
  awake = true;
  /** Receipts answers. */
  receipts = true;
  /** Paid by the company, minor units. */
  subsidy = 500;
  asked = 0;
  #watching = true;

  constructor() {
    this.#server = createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      if (request.url === '/api/v1/auth/token') {
        response.end(
          JSON.stringify({ access_token: 'of-the-service', token_type: 'Bearer', expires_in: 300 }),
        );
        return;
      }
      if (request.url?.startsWith('/api/v1/receipts/')) {
        response.statusCode = this.receipts ? 200 : 503;
        const id = request.url.split('/').at(-1);
        const registrations = [
          { service: 'tax-office', status: 'REGISTERED', external_ref: 'fn-1', attempts: 1 },
        ];
        response.end(JSON.stringify({ id, status: 'ACCEPTED', checks: [], registrations }));
        return;
      }
      this.asked++;
      const known = request.headers.authorization === 'Bearer of-the-service' && this.awake;
      response.statusCode = known ? 200 : 503;
      const asked = new URL(request.url ?? '/', 'http://payments').searchParams.get('payment_ids') ?? '';
      const items = asked.split(',').map((payment_id) => ({
        ...{ payment_id, status: 'REQUIRES_CONFIRMATION', provider: 'stripe' },
        client_secret: 'pi_xxx_secret_yyy',
      }));
      response.end(JSON.stringify({ items }));
    });
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('It listens nowhere');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Every payment that is asked for gets its intent. */
  async answer({ pool, now }: StoreDeps, topics: Topics): Promise<void> {
    const seen = new Set<string>();
    while (this.#watching) {
      const { rows } = await pool.query<{ stream: string; id: string; total: number }>(
        `select e.stream, s.id, (s.state ->> 'total')::int as total
           from dabba.events e join dabba.streams s on s.id = e.stream
          where e.type = 'OrderPaymentRequested' or e.type = 'OrderPlaced' and s.state ->> 'payableUntil' is not null`,
      );
      for (const { id: orderId, total } of rows) {
        if (seen.has(orderId) || !this.awake) continue;
        seen.add(orderId);
        const paymentId = orderId.replace('ord_', 'pay_');
        const subsidy = Math.min(this.subsidy, total);
        await topics.say('PaymentRequested', paymentId, {
          ...{
            paymentId,
            orderId,
            sessionId: null,
            customerId: null,
            amount: total,
            subsidy,
            due: total - subsidy,
          },
          ...{ currency: 'USD', captures: 'AUTOMATIC', confirms: 'CLIENT', paymentMethod: null },
          ...{ expiresAt: now(), requestedAt: now() },
          ...{ metro: 'sfo', subsidyPeriod: null, provider: 'stripe', providerCustomer: null, settles: null },
        });
        await topics.say('PaymentIntentCreated', paymentId, {
          ...{
            paymentId,
            orderId,
            provider: 'stripe',
            intentId: 'pi_xxx',
            status: 'requires_confirmation',
            createdAt: now(),
          },
        });
      }
      await pause(50);
    }
  }

  async close(): Promise<void> {
    this.#watching = false;
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
