import { randomFrom } from '../../faults/random.ts';
import type { Behaviour } from './behaviour.ts';
import type { Ledger } from './ledger.ts';

/** A receipt as an office reads it out of a request. */
export interface Submission {
  id: string;
  client: string;
  number: string;
  seller: string;
  currency: string;
}

export type Verdict =
  | { id: string; registered: true; reference: string }
  | { id: string; registered: false; reason: string };

/** What becomes of a request, whatever the protocol. */
export type Reply<T> =
  | { is: 'answer'; answer: T }
  /** The connection ends without an answer. */
  | { is: 'hung-up' }
  | { is: 'silent' }
  | { is: 'garbage' }
  | { is: 'broken' }
  | { is: 'limited'; retryAfter: number };

interface Request {
  /** UTC milliseconds. */
  at: number;
  kind: 'register' | 'look-up';
  is: Reply<unknown>['is'] | 'at work';
  ids: string[];
}

/**
 * Registers what it is sent, again and again if it is sent again: looking up before is the sender's affair. Its own
 * letters begin its references.
 */
export class Office {
  behaviour: Behaviour;
  readonly ledger: Ledger;
  /** When each request came and what became of it; the last 10,000. */
  readonly requests: Request[] = [];
  readonly #letters: string;
  /** Number it gave last. */
  #last: number;
  #random = randomFrom(1);
  #tokens = Number.POSITIVE_INFINITY;
  #filled = performance.now();

  constructor(letters: string, ledger: Ledger, behaviour: Behaviour) {
    this.#letters = letters;
    this.ledger = ledger;
    this.#last = ledger.count;
    this.behaviour = behaviour;
  }

  behave(behaviour: Behaviour): void {
    this.behaviour = behaviour;
    this.#random = randomFrom(behaviour.seed);
    this.#tokens = behaviour.limit?.burst ?? Number.POSITIVE_INFINITY;
    this.#filled = performance.now();
  }

  register(submissions: readonly Submission[]): Promise<Reply<Verdict[]>> {
    const ids = submissions.map(({ id }) => id);
    return this.#handle('register', ids, () => {
      const { partial } = this.behaviour;
      const some = this.#happens(partial) ? this.#some(submissions) : submissions;
      const verdicts = some.map((one) => this.#judge(one));
      this.ledger.add(
        verdicts.flatMap((verdict, place) => {
          const client = some[place]?.client ?? '';
          return verdict.registered
            ? [{ id: verdict.id, reference: verdict.reference, client, at: Date.now() }]
            : [];
        }),
      );
      return this.#happens(partial) ? this.#some(verdicts) : verdicts;
    });
  }

  /** First reference of each that it holds. */
  lookUp(ids: readonly string[]): Promise<Reply<{ id: string; reference: string | undefined }[]>> {
    return this.#handle('look-up', [...ids], () => {
      const found = ids.map((id) => ({ id, reference: this.ledger.entriesOf(id)[0]?.reference }));
      return this.#happens(this.behaviour.partial) ? this.#some(found) : found;
    });
  }

  async #handle<T>(kind: 'register' | 'look-up', ids: string[], work: () => T): Promise<Reply<T>> {
    const request: Request = { at: Date.now(), kind, is: 'at work', ids };
    this.requests.push(request);
    if (this.requests.length > 10_000) this.requests.shift();
    const reply = await this.#reply(ids.length, work);
    request.is = reply.is;
    return reply;
  }

  async #reply<T>(receipts: number, work: () => T): Promise<Reply<T>> {
    const { slow, limit, down, broken } = this.behaviour;
    if (this.#happens(down)) return { is: 'hung-up' };
    if (limit && !this.#take(limit.per === 'receipt' ? receipts : 1, limit))
      return { is: 'limited', retryAfter: limit.retryAfter };
    if (this.#happens(broken)) return { is: 'broken' };
    if (this.#happens(slow.share)) {
      const wait = slow.from + this.#random.next() * (slow.to - slow.from);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
    const answer = work();
    const { mute, lost, garbage } = this.behaviour;
    if (this.#happens(mute)) return { is: 'silent' };
    if (this.#happens(lost)) return { is: 'hung-up' };
    if (this.#happens(garbage)) return { is: 'garbage' };
    return { is: 'answer', answer };
  }

  #judge(submission: Submission): Verdict {
    const { id } = submission;
    const rule = this.behaviour.refuse.find(({ member, begins }) => submission[member].startsWith(begins));
    if (rule) return { id, registered: false, reason: rule.reason };
    this.#last += 1;
    return { id, registered: true, reference: `${this.#letters}-${this.#last}` };
  }

  #some<T>(of: readonly T[]): T[] {
    return of.filter(() => this.#random.next() < 0.5);
  }

  #happens(share: number): boolean {
    return share > 0 && this.#random.next() < share;
  }

  #take(wanted: number, { perSecond, burst }: { perSecond: number; burst: number }): boolean {
    const now = performance.now();
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#filled) / 1000) * perSecond);
    this.#filled = now;
    if (this.#tokens < wanted) return false;
    this.#tokens -= wanted;
    return true;
  }
}
