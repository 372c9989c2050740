import { RetryAfter } from '@dabba/tasks';
import { plain } from '../authorities/answers.ts';
import type { Authority, RegistrationResult } from '../authorities/port.ts';
import type { Claimed, Later } from './due.ts';

export type Final = Exclude<RegistrationResult, { outcome: 'LATER' }>;

export interface Asked {
  answered: { row: Claimed; result: Final }[];
  later: Later[];
  /** Milliseconds for which the authority wants to hear from nobody. */
  pause: number;
}

export interface Asking {
  authority: Authority;
  /** Runs a request behind the authority's breaker. */
  through<T>(request: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Puts rows together that may go in one request. */
  groups(rows: readonly Claimed[]): readonly (readonly Claimed[])[];
  /** Of a request about which nobody knows anything. */
  failed(rows: readonly Claimed[]): void;
  /** Milliseconds until the leases end; negative when they have. */
  left(): number;
  /** Milliseconds until the next attempt after so many failed ones. */
  delay(failed: number, error: unknown): number;
}

/** Asks for claimed rows: those that somebody may have sent before are looked up, and sent only if they are not there. */
export async function ask(asking: Asking, rows: readonly Claimed[]): Promise<Asked> {
  const asked: Asked = { answered: [], later: [], pause: 0 };
  const again = rows.filter(({ attempts }) => attempts > 1);
  const missing = again.length > 0 ? await lookUp(asking, again, asked) : [];
  for (const group of asking.groups([...rows.filter(({ attempts }) => attempts === 1), ...missing]))
    await send(asking, group, asked);
  return asked;
}

async function lookUp(asking: Asking, rows: readonly Claimed[], asked: Asked) {
  const { authority, through } = asking;
  try {
    const ids = rows.map(({ receiptId }) => receiptId);
    const held = await through((signal) => authority.lookUp(ids, signal));
    return rows.filter((row) => {
      const result = held.get(row.receiptId);
      if (result?.outcome !== 'REGISTERED') return true;
      asked.answered.push({ row, result });
      return false;
    });
  } catch (error) {
    allLater(asking, rows, asked, error);
    return [];
  }
}

async function send(asking: Asking, group: readonly Claimed[], asked: Asked): Promise<void> {
  const { authority, through, left } = asking;
  // Who sleeps between claim and sending must not send: others may have the lease by then.
  if (left() < authority.timeout + authority.settles || asked.pause > 0) {
    for (const row of group) asked.later.push(laterOf(row, asked.pause, 'There was no time left to send it'));
    return;
  }
  let results: Map<string, RegistrationResult>;
  try {
    results = await through((signal) => authority.register(group, signal));
  } catch (error) {
    if (!(error instanceof RetryAfter)) asking.failed(group);
    allLater(asking, group, asked, error);
    return;
  }
  for (const row of group) {
    const result = results.get(row.receiptId) ?? { outcome: 'LATER', reason: 'It left this one out' };
    if (result.outcome !== 'LATER') asked.answered.push({ row, result });
    else {
      const { reason, retryAfter } = result;
      const error = retryAfter === undefined ? new Error(reason) : new RetryAfter(retryAfter / 1000, reason);
      asked.later.push(laterOf(row, waitOf(asking, row, error), reason));
    }
  }
}

function allLater(asking: Asking, rows: readonly Claimed[], asked: Asked, error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof RetryAfter) asked.pause = Math.max(asked.pause, error.seconds * 1000);
  for (const row of rows) asked.later.push(laterOf(row, waitOf(asking, row, error), reason));
}

/** Unless it said when to come back, not before a request that is still under way there has come to its end. */
function waitOf({ authority, delay }: Asking, { attempts }: Claimed, error: unknown): number {
  const wait = delay(attempts, error);
  return error instanceof RetryAfter ? wait : Math.max(wait, authority.settles);
}

function laterOf({ receiptId, attempts }: Claimed, wait: number, reason: string): Later {
  return { receiptId, attempts, wait, reason: plain(reason) };
}
