import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import { type Random, randomFrom } from '../../faults/random.ts';
import { unanswered } from '../serving.ts';
import type { Behaviour } from './behaviour.ts';

export type Reply =
  | { is: 'answer'; status: number; body: string; headers: Record<string, string> }
  /** The connection ends without an answer. */
  | { is: 'hung-up' }
  | { is: 'silent' };

interface Work {
  /** Requests under one key are done one after another; undefined: there is none. */
  key: string | undefined;
  /** @param isBroken it is to have an accident instead */
  run(isBroken: boolean): Reply;
  /** How it sends a caller away, and a twin under the same key. */
  limited(): Reply;
  twin(): Reply;
}

/** What a provider of payments does wrong as it is told to, whatever it is asked. */
export class Mischief {
  #behaviour: Behaviour;
  #random: Random;
  readonly #busy = new Set<string>();

  constructor(behaviour: Behaviour) {
    this.#behaviour = behaviour;
    this.#random = randomFrom(behaviour.seed);
  }

  behave(behaviour: Behaviour): void {
    this.#behaviour = behaviour;
    this.#random = randomFrom(behaviour.seed);
  }

  async around({ key, run, limited, twin }: Work): Promise<Reply> {
    const { slow, down, broken, limited: away, mute, lost } = this.#behaviour;
    if (this.#happens(down)) return { is: 'hung-up' };
    if (this.#happens(away)) return limited();
    if (key !== undefined && this.#busy.has(key)) return twin();
    if (key !== undefined) this.#busy.add(key);
    try {
      if (this.#happens(slow.share)) await pause(slow.from + this.#random.next() * (slow.to - slow.from));
      const reply = run(this.#happens(broken));
      if (this.#happens(mute)) return { is: 'silent' };
      return this.#happens(lost) ? { is: 'hung-up' } : reply;
    } finally {
      if (key !== undefined) this.#busy.delete(key);
    }
  }

  #happens(share: number): boolean {
    return share > 0 && this.#random.next() < share;
  }
}

export function send(reply: FastifyReply, reached: Reply): FastifyReply {
  switch (reached.is) {
    case 'answer':
      return reply.code(reached.status).headers(reached.headers).type('application/json').send(reached.body);
    case 'silent':
    case 'hung-up':
      return unanswered(reply, reached.is);
    default:
      return reached satisfies never;
  }
}
