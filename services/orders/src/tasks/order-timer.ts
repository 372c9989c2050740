import { isRefusal } from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import { asRecorded, type TaskHandler } from '@dabba/tasks';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { type OrderTimer, type Patience, record } from '../order/consequences.ts';
import { decideOrder } from '../order/decide.ts';
import { orderRef } from '../order/order.ts';
import { commandOf } from './timer-command.ts';

const Timer = Type.Object({
  orderId: Type.String(),
  metro: Type.String(),
  timer: Type.Enum(['stock', 'payment', 'acceptance', 'completion']),
});

/** What an order does when nothing came in time. Guarded by its state: run twice or late it finds nothing to do. */
export function orderTimerTask({ store, now }: StoreDeps, patience: Patience): TaskHandler<OrderTimer> {
  return {
    name: 'order-timer',
    parse: (payload) => Value.Parse(Timer, payload),
    async run({ orderId, metro, timer }) {
      const order = orderRef(orderId, metro);
      const context = { actor: `task:order-timer:${timer}`, now: now() };
      const outcome = await store.transact(
        [order],
        (unit) => {
          const { state } = unit.load(order);
          const command = state && commandOf(timer, state, patience, context.now);
          const events = command ? decideOrder(state, command) : [];
          if (!isRefusal(events)) record(unit, order, events, patience);
        },
        context,
      );
      asRecorded(outcome);
    },
  };
}
