import type { Client } from '../../platform/client.ts';
import { ticketOf } from '../../platform/order-ids.ts';
import { codeOf, command, rest, type Today, wait } from '../district.ts';

interface TicketView {
  status: string;
  lines: { id: string }[];
}

/** Those who work at an outlet make an order, line by line, and hand it over; or say that they cannot. */
export async function make(today: Today, merchant: Client, orderId: string, rejects: boolean): Promise<void> {
  const path = `/api/v1/kitchen/tickets/${ticketOf(orderId)}`;
  const { lines } = await wait(today, `the ticket of ${orderId}`, async () => {
    const { status, body } = await merchant.get<TicketView>(path);
    return status === 200 && body;
  });
  if (rejects) return said(today, merchant, `${path}/reject`, { reason: 'TOO_BUSY' });
  for (const { id } of lines) {
    await rest(today, 0.1 + today.chance.next() * 0.2);
    await said(today, merchant, `${path}/lines/${id}/bump`, {});
  }
  await rest(today, 0.2);
  await said(today, merchant, `${path}/hand-over`, {});
}

async function said(today: Today, merchant: Client, path: string, what: object): Promise<void> {
  const { status, body } = await command(today, merchant, path, what);
  if (status !== 200) today.tally.complain(`a ticket: ${status} ${codeOf(body)}`);
}
