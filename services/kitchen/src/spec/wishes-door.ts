import { createServer } from 'node:http';

/** Orders and identity, as a kitchen asks them. */
export class WishesDoor {
  /** As orders answers, by order. */
  readonly wishes = new Map<
    string,
    { special_requests?: string; item_requests?: Readonly<Record<string, string>> }
  >();
  awake = true;
  asked = 0;
  readonly #server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://orders');
    if (pathname === '/api/v1/auth/token') {
      response.end(JSON.stringify({ access_token: 'of-the-kitchen', expires_in: 300 }));
      return;
    }
    this.asked++;
    const mine =
      pathname === '/api/v1/orders/wishes' && request.headers.authorization === 'Bearer of-the-kitchen';
    response.statusCode = mine && this.awake ? 200 : 503;
    const items = (searchParams.get('order_ids') ?? '').split(',').flatMap((order_id) => {
      const wishes = this.wishes.get(order_id);
      return wishes ? [{ order_id, ...wishes }] : [];
    });
    response.end(JSON.stringify({ items }));
  });

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('It listens nowhere');
    return `http://127.0.0.1:${address.port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
