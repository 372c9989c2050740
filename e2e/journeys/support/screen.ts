import { WebSocket } from 'undici';
import type { TicketView } from './orders.ts';
import type { Town } from './town.ts';

interface Told {
  type: 'snapshot' | 'ticket';
  seq: number;
  ticket?: TicketView;
  tickets?: TicketView[];
}

export interface Screen {
  /** All it was told, in the order it came. */
  told: Told[];
  close(): void;
}

/** A kitchen's screen, on the live feed through the gateway. @param after the last `seq` it knows */
export async function screenAt(town: Town, login: string, outletId: string, after?: number): Promise<Screen> {
  const { status, body } = await town
    .as(login)
    .post<{ ticket: string }>(`/api/v1/kitchen/outlets/${outletId}/feed-tickets`, {});
  if (status !== 201) throw new Error(`No feed ticket: ${status} ${JSON.stringify(body)}`);
  const url = new URL('/ws/kitchen', town.url.replace('http', 'ws'));
  url.searchParams.set('ticket', body.ticket);
  if (after !== undefined) url.searchParams.set('after', String(after));
  const socket = new WebSocket(url);
  const told: Told[] = [];
  socket.addEventListener('message', ({ data }) => void told.push(JSON.parse(String(data))));
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error('The live feed does not open')));
  });
  return { told, close: () => socket.close() };
}
