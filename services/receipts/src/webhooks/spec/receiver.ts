import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Delivery {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  at: number;
}

/** Answers a delivery, or leaves it without an answer. */
export type Behaviour = (response: ServerResponse, delivery: Delivery) => void;

export const take: Behaviour = (response) => void response.writeHead(204).end();
export const answer =
  (status: number, headers: Record<string, string> = {}, body = ''): Behaviour =>
  (response) =>
    void response.writeHead(status, headers).end(body);
export const mute: Behaviour = () => undefined;

export interface Receiver {
  url: string;
  /** Whatever came, in order. */
  deliveries: Delivery[];
  behave(behaviour: Behaviour, path?: string): void;
  /** Requests at once, at most. */
  busiest(): number;
  close(): Promise<void>;
}

/** A client's own server: what it takes and how it spoils things is told by path. */
export async function startReceiver(port = 0): Promise<Receiver> {
  const deliveries: Delivery[] = [];
  const behaviours = new Map<string, Behaviour>();
  let open = 0;
  let busiest = 0;
  const server = createServer((request, response) => {
    open += 1;
    busiest = Math.max(busiest, open);
    response.on('close', () => {
      open -= 1;
    });
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      const body = Buffer.concat(chunks).toString();
      const delivery = { path, headers: request.headers, body, at: Date.now() };
      deliveries.push(delivery);
      (behaviours.get(path) ?? take)(response, delivery);
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: own } = portOf(server.address());
  return {
    url: `http://127.0.0.1:${own}`,
    deliveries,
    behave: (behaviour, path = '/') => void behaviours.set(path, behaviour),
    busiest: () => busiest,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function portOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('The receiver has no port');
  return address;
}
