import type { StoreDeps } from '@dabba/service-kit';
import { asRecorded, type TaskHandler } from '@dabba/tasks';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { freeSlot, slotRef } from '../slot/slot.ts';

const Release = Type.Object({
  ...{ orderId: Type.String(), metro: Type.String(), outletId: Type.String(), slot: Type.Integer() },
});

/** Others may have the part of a pickup slot that an order does not need any more. */
export function freeSlotTask({ store, now }: StoreDeps): TaskHandler<Type.Static<typeof Release>> {
  return {
    name: 'free-slot',
    parse: (payload) => Value.Parse(Release, payload),
    async run({ orderId, metro, outletId, slot }) {
      const context = { actor: 'task:free-slot', now: now() };
      const outcome = await store.execute(
        slotRef(outletId, slot, metro),
        (state) => freeSlot(state, { outletId, slot, orderId, now: context.now }),
        context,
      );
      asRecorded(outcome);
    },
  };
}
