import { createHash } from 'node:crypto';
import type { Behaviour } from '../provider/behaviour.ts';
import type { Answered, Books } from '../provider/books.ts';
import { Mischief, type Reply } from '../provider/mischief.ts';
import { Draft } from './draft.ts';
import { bodyOf, Failure, newDebugId } from './failure.ts';
import type { Thing } from './objects.ts';
import type { Body } from './orders.ts';
import { openDispute } from './payments.ts';
import { endOf, type Route } from './routes.ts';
import { shown } from './shown.ts';
import { actOf } from './wallets.ts';
import type { Webhooks } from './webhooks.ts';

export interface Incoming {
  path: string;
  query: URLSearchParams;
  id: string;
  body: Body;
  key: string | undefined;
  /** Whether the whole of what was made is to be shown. */
  isWhole: boolean;
}

/** One request after another is done and written before it is answered: the books are never between two. */
export class Paypal {
  readonly #books: Books<Thing>;
  readonly #webhooks: Webhooks;
  readonly #mischief: Mischief;
  behaviour: Behaviour;
  /** Where it is reached. */
  url = '';

  constructor(books: Books<Thing>, webhooks: Webhooks, behaviour: Behaviour) {
    this.#books = books;
    this.#webhooks = webhooks;
    this.behaviour = behaviour;
    this.#mischief = new Mischief(behaviour);
  }

  behave(behaviour: Behaviour): void {
    this.behaviour = behaviour;
    this.#mischief.behave(behaviour);
    this.#webhooks.behave(behaviour);
  }

  handle(incoming: Incoming, route: Route): Promise<Reply> {
    const key =
      incoming.key === undefined || route.remembers === undefined
        ? undefined
        : createHash('sha256').update(`${incoming.path} ${incoming.key}`).digest('hex');
    return this.#mischief.around({
      key,
      run: (isBroken) =>
        isBroken ? refused(new Failure(500, 'INTERNAL_SERVICE_ERROR')) : this.#do(incoming, route, key),
      limited: () => refused(new Failure(429, 'RATE_LIMIT_REACHED'), { 'retry-after': '1' }),
      twin: () => refused(new Failure(409, 'PREVIOUS_REQUEST_IN_PROGRESS')),
    });
  }

  /** For tests: a refund that waits, or a dispute, ends. */
  end(id: string, well: boolean): void {
    const draft = this.#draft();
    endOf(draft, id, well);
    this.#write(draft);
  }

  #do(incoming: Incoming, { status, remembers = 0, work }: Route, key: string | undefined): Reply {
    const before = key === undefined ? undefined : this.#books.answerTo(key);
    const lasts = (this.behaviour.keys ?? remembers) * 1000;
    // Whatever it is asked under a key that it knows: what it answered first.
    if (before && Date.now() - before.at < lasts) return answer(200, before.body);
    const draft = this.#draft();
    try {
      const done = work({ ...incoming, draft });
      const body = JSON.stringify('thing' in done ? this.#shown(draft, done.thing, incoming) : done.shown);
      const answered = key === undefined ? undefined : { key, hash: key, status, body, at: Date.now() };
      this.#write(draft, answered);
      this.#afterwards(draft);
      return answer(status, body);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error.keeps) this.#write(draft);
      return refused(error);
    }
  }

  #shown(draft: Draft, thing: Thing, { isWhole }: Incoming): object {
    const whole = shown(draft, thing);
    if (isWhole || thing.object.endsWith('token') || thing.object === 'dispute') return whole;
    return { id: thing.id, ...('status' in thing && { status: thing.status }), links: [] };
  }

  #draft(): Draft {
    return new Draft(this.#books, this);
  }

  #write(draft: Draft, answered?: Answered): void {
    for (const thing of draft.write(answered)) if (thing.object === 'event') this.#webhooks.tell(thing);
  }

  /** A wallet that is there to dispute disputes what was taken from it. */
  #afterwards(draft: Draft): void {
    for (const thing of draft.changed()) {
      if (thing.object !== 'capture' || actOf(thing.wallet) !== 'disputes') continue;
      if (this.#books.all('dispute').some(({ capture_id }) => capture_id === thing.id)) continue;
      const next = this.#draft();
      openDispute(next, thing, null);
      this.#write(next);
    }
  }
}

function answer(status: number, body: string, more: Record<string, string> = {}): Reply {
  return { is: 'answer', status, body, headers: { 'paypal-debug-id': newDebugId(), ...more } };
}

export function refused(failure: Failure, more: Record<string, string> = {}): Reply {
  const debugId = newDebugId();
  return answer(failure.status, bodyOf(failure, debugId), { 'paypal-debug-id': debugId, ...more });
}
