import type { ServerResponse } from 'node:http';
import { Problem } from '@dabba/service-kit';

/** Milliseconds: somebody waits at a door, and meals itself refuses after 4.5 s; S0-INV-06 allows five. */
const atADoor = 4_700;
const door = /^\/api\/v1\/fridges\/[^/]+\/sessions(?:\?|$)/;

interface Waiting {
  readonly sent: boolean;
  readonly raw: Pick<ServerResponse, 'once'>;
  send(problem: Problem): unknown;
}

/** Refuses in time at a door where meals does not even do that: it may be frozen, or its machine. */
export function ceiling(
  { method, url }: { method: string; url: string },
  reply: Waiting,
  done: () => void,
): void {
  if (method === 'POST' && door.test(url)) {
    const timer = setTimeout(() => {
      if (!reply.sent) reply.send(new Problem(refusal));
    }, atADoor);
    reply.raw.once('close', () => clearTimeout(timer));
  }
  done();
}

const refusal = {
  status: 504,
  code: 'fridge-did-not-answer',
  detail:
    'Nobody could be asked in time. The door stays shut, or what is taken of it is charged to who asked.',
};
