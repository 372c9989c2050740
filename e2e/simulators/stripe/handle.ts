import { createHash } from 'node:crypto';
import type { Behaviour } from '../provider/behaviour.ts';
import type { Answered, Books } from '../provider/books.ts';
import { Mischief, type Reply } from '../provider/mischief.ts';
import { apiVersion, Draft, newId, shown } from './draft.ts';
import { Failure, missing } from './failure.ts';
import { list, type Params, parseForm, text } from './form.ts';
import type { Bank } from './intents.ts';
import type { Thing } from './objects.ts';
import { closeDispute, endRefund, openDispute } from './refunds.ts';
import type { Answer, Asked } from './routes.ts';
import type { Webhooks } from './webhooks.ts';

export interface Incoming {
  method: string;
  path: string;
  id: string;
  /** Form encoded. */
  params: string;
  key: string | undefined;
  authorization: string | undefined;
}

/** Seconds for which it remembers a key. */
const remembered = 86_400;

/** One request after another is done and written before it is answered: the books are never between two. */
export class Stripe {
  readonly #books: Books<Thing>;
  readonly #webhooks: Webhooks;
  readonly #mischief: Mischief;
  readonly bank: Bank;

  constructor(books: Books<Thing>, webhooks: Webhooks, bank: Bank) {
    this.#books = books;
    this.#webhooks = webhooks;
    this.bank = bank;
    this.#mischief = new Mischief(bank.behaviour);
  }

  behave(behaviour: Behaviour): void {
    this.bank.behaviour = behaviour;
    this.#mischief.behave(behaviour);
    this.#webhooks.behave(behaviour);
  }

  handle(incoming: Incoming, work: (asked: Asked) => Answer): Promise<Reply> {
    const key = incoming.method === 'GET' ? undefined : incoming.key;
    return this.#mischief.around({
      key,
      run: (isBroken) => this.#do(incoming, key, isBroken ? breakDown : work),
      limited: rateLimited,
      twin: keyInUse,
    });
  }

  #do(incoming: Incoming, key: string | undefined, work: (asked: Asked) => Answer): Reply {
    const hash = createHash('sha256')
      .update(`${incoming.method} ${incoming.path} ${incoming.params}`)
      .digest('hex');
    const before = key === undefined ? undefined : this.#books.answerTo(key);
    if (before && Date.now() - before.at < (this.bank.behaviour.keys ?? remembered) * 1000)
      return before.hash === hash ? replayed(before) : keyReused();
    const draft = new Draft(this.#books, key ?? null, Date.now());
    const { status, body, keeps } = this.#answer(incoming, draft, work);
    const answered = key === undefined ? undefined : { key, hash, status, body, at: Date.now() };
    if (keeps) {
      this.#write(draft, answered);
      this.#afterwards(draft);
    } else if (answered) this.#books.write({ answered });
    return answer(status, body);
  }

  #answer(incoming: Incoming, draft: Draft, work: (asked: Asked) => Answer) {
    try {
      const params = parseForm(incoming.params);
      const isClient = admitted(incoming.authorization, text(params, 'client_secret') !== undefined);
      const said = work({ draft, params, id: incoming.id, bank: this.bank, isClient });
      const body = JSON.stringify(
        said.thing ? expanded(draft, said.thing, params) : page(draft, said, params),
      );
      return { status: 200, body, keeps: true };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return { status: error.status, body: JSON.stringify({ error: error.said }), keeps: error.keeps };
    }
  }

  #write(draft: Draft, answered?: Answered): void {
    for (const thing of draft.write(answered)) if (thing.object === 'event') this.#webhooks.tell(thing);
  }

  /** What follows from a payment by a card that is there to be disputed, as Stripe's own does. */
  #afterwards(draft: Draft): void {
    for (const thing of draft.changed()) {
      if (thing.object !== 'charge' || !thing.captured || thing.disputed) continue;
      const next = new Draft(this.#books, null, Date.now());
      if (next.method(thing.payment_method).acts !== 'disputes') continue;
      openDispute(next, { charge: thing.id });
      this.#write(next);
    }
  }

  /** For tests of refunds that end later, and of disputes that are decided. */
  end(id: string, well: boolean): void {
    const draft = new Draft(this.#books, null, Date.now());
    const refund = draft.find('refund', id);
    if (refund) endRefund(draft, refund, well);
    else closeDispute(draft, draft.get('dispute', id), well);
    this.#write(draft);
  }
}

/** @returns whether it is a client, with a publishable key or an object's secret alone */
function admitted(authorization: string | undefined, hasSecret: boolean): boolean {
  if (authorization === undefined && hasSecret) return true;
  const basic = authorization?.match(/^Basic (.+)$/)?.[1];
  const key = basic
    ? Buffer.from(basic, 'base64').toString().split(':')[0]
    : authorization?.replace(/^Bearer /, '');
  if (key?.startsWith('pk_')) return true;
  if (key?.startsWith('sk_') || key?.startsWith('rk_')) return false;
  throw new Failure(401, { type: 'invalid_request_error', message: 'Invalid API Key provided' });
}

/** With its charge where `expand[]` asks for it. */
function expanded(draft: Draft, thing: Parameters<typeof shown>[0], params: Params): object {
  const wanted = list(params, 'expand').map((name) => name.replace(/^data\./, ''));
  if (thing.object !== 'payment_intent' || thing.latest_charge === null) return shown(thing);
  if (!wanted.includes('latest_charge')) return shown(thing);
  return { ...thing, latest_charge: draft.get('charge', thing.latest_charge) };
}

function page(draft: Draft, { page: asked }: Answer, params: Params): object {
  if (!asked) throw missing('page', '');
  const { kind, keep = () => true } = asked;
  const limit = Math.min(100, Number(text(params, 'limit') ?? 10));
  const after = text(params, 'starting_after');
  const before = text(params, 'ending_before');
  const found: Thing[] = [];
  let begun = after === undefined;
  for (const thing of draft.newest(kind)) {
    if (thing.id === before) break;
    if (begun && keep(thing)) found.push(thing);
    begun ||= thing.id === after;
    if (before === undefined && found.length > limit) break;
  }
  return {
    object: 'list',
    url: `/v1/${kind}s`,
    has_more: found.length > limit,
    data: (before === undefined ? found.slice(0, limit) : found.slice(-limit)).map((thing) =>
      expanded(draft, thing, params),
    ),
  };
}

function answer(status: number, body: string, more: Record<string, string> = {}): Reply {
  const headers = { 'request-id': newId('req'), 'stripe-version': apiVersion, ...more };
  return { is: 'answer', status, body, headers };
}

const refused = (status: number, error: object, more?: Record<string, string>) =>
  answer(status, JSON.stringify({ error }), more);
const replayed = ({ status, body }: Answered) => answer(status, body, { 'idempotent-replayed': 'true' });
const keyReused = () =>
  refused(400, {
    type: 'idempotency_error',
    message:
      'Keys for idempotent requests can only be used with the same parameters they were first used with.',
  });
const keyInUse = () =>
  refused(409, {
    type: 'idempotency_error',
    code: 'idempotency_key_in_use',
    message: 'There is currently another in-progress request using this Idempotent Key.',
  });
const rateLimited = () =>
  refused(
    429,
    { type: 'invalid_request_error', code: 'rate_limit', message: 'Too many requests' },
    { 'retry-after': '1' },
  );

/** What it was asked for is not done, and the same key gets the same answer for as long as it is remembered. */
function breakDown(): never {
  throw new Failure(500, { type: 'api_error', message: 'An unknown error occurred' });
}
