import type { AcceptedCommand, Ledger } from '../ledger.ts';
import { type Answer, type Caller, codeOf } from './caller.ts';

export interface Asked<A extends AcceptedCommand> {
  caller: Caller;
  path: string;
  body: object;
  /** What was accepted, as the answer tells it; undefined where it tells no such thing. */
  read(key: string, answer: unknown): A | undefined;
  /** Codes of refusals that are lawful here. */
  refusals?: ReadonlySet<string>;
}

/** Sends commands and writes what came of them into the ledger. */
export interface Sender {
  /** Undefined: it was lawfully refused, or a promise was broken, which the ledger knows. */
  send<A extends AcceptedCommand>(asked: Asked<A>): Promise<A | undefined>;
  /** Sends an accepted command again under its key: the answer has to be the same (E7). */
  repeat(): Promise<void>;
}

/** Accepted commands that may be sent again. */
const remembered = 400;

/** @param newKey unique in this run */
export function senderOf(ledger: Ledger, newKey: () => string): Sender {
  /** Accepted not long ago, oldest first. */
  const recent: { asked: Asked<AcceptedCommand>; accepted: AcceptedCommand }[] = [];

  async function open<T>(work: () => Promise<T>): Promise<T> {
    ledger.open += 1;
    try {
      return await work();
    } finally {
      ledger.open -= 1;
    }
  }

  return {
    send: (asked) =>
      open(async () => {
        const { caller, path, body, read, refusals } = asked;
        const key = newKey();
        const answer = await caller.post(path, key, body, refusals);
        const accepted = answer.status < 300 ? read(key, answer.body) : undefined;
        if (accepted !== undefined) {
          ledger.accept(accepted);
          recent.push({ asked, accepted });
          if (recent.length > remembered) recent.shift();
        } else if (refusals?.has(codeOf(answer))) ledger.refused(key, codeOf(answer));
        else ledger.broken.push(`a legal POST ${path} was refused: ${answer.status} ${brief(answer)}`);
        return accepted;
      }),
    async repeat() {
      const again = recent[Math.floor(recent.length / 2)];
      if (!again) return;
      const { asked, accepted } = again;
      const { key } = accepted;
      await open(async () => {
        // Accepted once, it is refused no more: that there is no answer in time is none.
        const answer = await asked.caller.post(asked.path, key, asked.body);
        const told = asked.read(key, answer.body);
        if (told === undefined || idOf(told) !== idOf(accepted))
          ledger.twoAnswers.push(`${key}: ${idOf(accepted)}, then ${answer.status} ${brief(answer)}`);
      });
    },
  };
}

function idOf(accepted: AcceptedCommand): string {
  switch (accepted.kind) {
    case 'lot':
      return accepted.lotId;
    case 'fridge-command':
      return accepted.commandId;
    case 'session':
      return accepted.sessionId;
    case 'ship':
    case 'return':
      return accepted.mealId;
    default:
      return accepted satisfies never;
  }
}

function brief({ body }: Answer): string {
  return (JSON.stringify(body) ?? '').slice(0, 300);
}
