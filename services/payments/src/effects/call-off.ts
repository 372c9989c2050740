import type { StoreDeps } from '@dabba/service-kit';
import { asRecorded } from '@dabba/tasks';
import type { Parts } from '../parts.ts';

/** A payment its provider will never take, by this method or at this amount, is as good as declined. */
export async function callOff(
  { now }: Pick<StoreDeps, 'now'>,
  { desk }: Pick<Parts, 'desk'>,
  paymentId: string,
): Promise<true> {
  const context = { actor: 'task:call-off', now: now() };
  asRecorded(await desk.act(paymentId, { do: 'cancel', reason: 'DECLINED' }, context));
  return true;
}
