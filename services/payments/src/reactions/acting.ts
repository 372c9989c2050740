import { isRefusal } from '@dabba/event-store';
import type { Response } from '@dabba/projections';
import { act, type Place, streamsOf } from '../payment/act.ts';
import type { Command } from '../payment/desk.ts';

/** A fact that asks for one thing of a payment. */
export function acting(place: Place, command: Command): Response {
  const { paymentId } = place;
  return {
    streams: streamsOf(place),
    decide(unit, { now }) {
      const done = act(unit, place, { ...command, paymentId, now });
      return isRefusal(done) ? done : undefined;
    },
  };
}
