import { isRefusal, type TaskRequest } from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import { GiveUp, type TaskHandler } from '@dabba/tasks';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { receive } from '../intake/receive.ts';
import { partsOf } from '../parts.ts';

const task = 'take-sale';

const Sale = Type.Object({
  /** Of the meal's event, or the order. */
  saleId: Type.String(),
  metro: Type.String(),
  document: Type.String(),
});
type Sale = Type.Static<typeof Sale>;

export function takeSale(sale: Sale): TaskRequest {
  return { task, payload: sale, key: `${task}:${sale.saleId}` };
}

/**
 * Hands a sale's document in as a till would, under its id: however often the event or the task comes, it is one receipt.
 * Its client is the platform itself, which has no contract and no quota.
 */
export function takeSaleTask(deps: StoreDeps): TaskHandler<Sale> {
  return {
    name: task,
    parse: (payload) => Value.Parse(Sale, payload),
    async run({ saleId, metro, document }) {
      const { intake } = await partsOf(deps);
      const taken = await receive(intake, {
        ...{ client: `dabba_${metro}`, metro, format: 'JSON', key: saleId, at: deps.now() },
        raw: Buffer.from(document),
      });
      if (isRefusal(taken)) throw new GiveUp(`${taken.code}: ${taken.detail}`);
    },
  };
}
