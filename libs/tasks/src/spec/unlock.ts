import type { CommandContext, EventStore } from '@dabba/event-store';
import { asRecorded, followNotice, GiveUp, outsideCall, type TaskHandler } from '../index.ts';
import { confirm, fridgeAt, issued } from './fridge.ts';
import type { Unlocking } from './provider.ts';

const context: CommandContext = { actor: 'svc_tasks', now: 1_790_000_000_000 };
export const day = 24 * 3600 * 1000;

interface Request {
  fridgeId: string;
  reference: string;
}

/** Intent and task in one transaction. */
export async function requestUnlock(store: EventStore, { fridgeId, reference }: Request): Promise<void> {
  const ref = fridgeAt(fridgeId);
  asRecorded(
    await store.transact(
      [ref],
      (unit) => {
        unit.append(ref, [issued(fridgeId, reference)]);
        unit.enqueue({ task: 'unlock', payload: { fridgeId, reference } });
      },
      context,
    ),
  );
}

export interface UnlockOptions {
  store: EventStore;
  provider: string;
  now?(): number;
  /** Runs between the provider's answer and the recording of it. */
  beforeRecord?(): Promise<void>;
}

export function unlockHandler({
  store,
  provider,
  now = Date.now,
  beforeRecord = async () => {},
}: UnlockOptions): TaskHandler<Request> {
  return {
    name: 'unlock',
    parse: parseRequest,
    run: ({ fridgeId, reference }, run) =>
      outsideCall<string, Unlocking>(
        {
          keyLifetime: day,
          async intent() {
            const { state } = await store.load(fridgeAt(fridgeId));
            return state.asked.includes(reference) ? reference : undefined;
          },
          call: (intent) =>
            ask(`${provider}/unlockings`, {
              method: 'POST',
              headers: { 'idempotency-key': run.idempotencyKey },
              body: JSON.stringify({ reference: intent }),
            }),
          async lookUp(intent) {
            const [found]: Unlocking[] = await ask(`${provider}/unlockings?reference=${intent}`);
            return found;
          },
          async record(unlocking) {
            await beforeRecord();
            asRecorded(await store.execute(fridgeAt(fridgeId), confirm(fridgeId, unlocking), context));
          },
        },
        run,
        now(),
      ),
  };
}

/** What a webhook enqueues: which object changed, and nothing of what the webhook says about it. */
export function noticeHandler({ store, provider }: UnlockOptions): TaskHandler<Request> {
  return {
    name: 'unlock-notice',
    parse: parseRequest,
    run: ({ fridgeId, reference: id }) =>
      followNotice<Unlocking>({
        fetch: () => ask(`${provider}/unlockings/${id}`),
        async record(unlocking) {
          asRecorded(await store.execute(fridgeAt(fridgeId), confirm(fridgeId, unlocking), context));
        },
      }),
  };
}

function parseRequest(payload: unknown): Request {
  const { fridgeId, reference }: Record<string, unknown> = { ...Object(payload) };
  if (typeof fridgeId !== 'string' || typeof reference !== 'string') throw new TypeError('No unlock request');
  return { fridgeId, reference };
}

async function ask<T>(url: string, init?: RequestInit): Promise<T> {
  const response = await fetch(url, init);
  if (response.status === 404) throw new GiveUp(`${url} does not exist`);
  const body: T = JSON.parse(await response.text());
  return body;
}
