import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Intent } from '../port.ts';
import type { Call } from './call.ts';
import { minorOf } from './money.ts';

const Info = Type.Object({
  transaction_id: Type.String(),
  transaction_event_code: Type.Optional(Type.String()),
  transaction_amount: Type.Object({ currency_code: Type.String(), value: Type.String() }),
  transaction_status: Type.Optional(Type.String()),
  custom_field: Type.Optional(Type.String()),
});
const Page = Type.Object({
  transaction_details: Type.Optional(Type.Array(Type.Object({ transaction_info: Info }))),
  total_pages: Type.Optional(Type.Number()),
});

/** Milliseconds. Reports are three hours behind at most; nobody may ask for more than 31 days at once. */
const behind = 4 * 3_600_000;
const longest = 31 * 86_400_000;
const ours = /^pay_/;

/**
 * Our payments that brought money, as the report of transactions has them: apart from what webhooks told. One that is not in it yet
 * is found by a later look, since each looks back as far as reports may be behind.
 * @param orderOf of which order a capture is
 */
export async function* paidBetween(
  call: Call,
  orderOf: (captureId: string) => Promise<string | undefined>,
  provider: string,
  [from, to]: readonly [from: number, to: number],
): AsyncIterable<Intent> {
  const last = Math.min(to, Date.now());
  for (let since = Math.min(from, last) - behind; since < last; since += longest)
    for await (const info of reported(call, since, Math.min(since + longest, last))) {
      const paymentId = info.custom_field;
      const received = minorOf(info.transaction_amount);
      if (paymentId === undefined || !ours.test(paymentId) || received <= 0 || !isPaid(info)) continue;
      const id = await orderOf(info.transaction_id);
      if (id === undefined) continue;
      yield {
        ...{ id, provider, paymentId, amount: received, received, capturable: 0 },
        chargeId: info.transaction_id,
        ...{ status: 'succeeded', approved: null, currency: info.transaction_amount.currency_code },
        ...{ clientSecret: null, captureBefore: null, decline: null, refunds: [], disputes: [] },
      };
    }
}

/** What somebody paid (T00), and not what was reversed (V) or denied (D). */
function isPaid({ transaction_event_code = 'T00', transaction_status = 'S' }: Static<typeof Info>): boolean {
  return (
    transaction_event_code.startsWith('T00') && (transaction_status === 'S' || transaction_status === 'P')
  );
}

async function* reported(call: Call, since: number, until: number): AsyncIterable<Static<typeof Info>> {
  for (let page = 1, pages = 1; page <= pages; page++) {
    const about = new URLSearchParams({
      start_date: new Date(since).toISOString(),
      end_date: new Date(until).toISOString(),
      fields: 'transaction_info',
      page_size: '500',
      page: String(page),
    });
    const answer = Value.Parse(
      Page,
      await call({ method: 'GET', path: `/v1/reporting/transactions?${about}` }),
    );
    pages = answer.total_pages ?? 1;
    for (const { transaction_info } of answer.transaction_details ?? []) yield transaction_info;
  }
}
