import { createServer, type Server } from 'node:http';
import { type TestTokens, testTokens } from '@dabba/testing';

export interface StubIdentity {
  url: string;
  close(): void;
}

/** Stands in for identity: every client id with the secret `secret` is the fridge of that name in sfo, or a service (`svc_…`). */
export async function stubIdentity(issuer?: TestTokens): Promise<StubIdentity> {
  const tokens = issuer ?? (await testTokens());
  const server: Server = createServer(async (request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.method === 'GET') return response.end(JSON.stringify(tokens.keys));
    let text = '';
    for await (const chunk of request) text += chunk;
    const { client_id: id, client_secret: secret } = JSON.parse(text);
    if (secret !== 'secret') return response.writeHead(401).end('{}');
    const bearer = String(id).startsWith('svc_')
      ? await tokens.bearer(['service'], { kind: 'machine', sub: id, metro: null })
      : await tokens.bearer(['fridge'], { kind: 'fridge', sub: id, fridge_id: id });
    const access_token = bearer.slice('Bearer '.length);
    return response.end(JSON.stringify({ access_token, token_type: 'Bearer', expires_in: 300 }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('No address');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
