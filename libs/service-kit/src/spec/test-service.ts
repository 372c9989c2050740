import { type Event, newId } from '@dabba/contracts';
import { refuse, type StreamRef, type StreamType } from '@dabba/event-store';
import { defineReadModel } from '@dabba/projections';
import { Type } from 'typebox';
import { runCommand } from '../commands/context.ts';
import { defineService } from '../process/define.ts';

type Produced = Event<'MealProduced' | 'MealShipped'>;
type State = { sku: string; shipped: boolean } | null;

const meal: StreamType<State, Produced> = {
  name: 'test-meal',
  revision: 1,
  initial: () => null,
  evolve: (state, event) => {
    if (event.type === 'MealProduced') return { sku: event.data.sku, shipped: false };
    return state && { ...state, shipped: true };
  },
};

const mealRef = (id: string): StreamRef<State, Produced> => ({ type: meal, id, metro: 'sfo' });

const list = defineReadModel({
  name: 'test-list',
  topics: ['meals'],
  tables: {
    test_list: {
      kind: 'rows',
      key: ['id'],
      create(table) {
        table.text('id').primary();
        table.text('sku').notNullable();
        table.boolean('shipped').notNullable();
      },
    },
  },
  on: {
    MealProduced: ({ data }, rows) =>
      rows.put('test_list', { id: data.mealId, sku: data.sku, shipped: false }),
    MealShipped: ({ data }, rows) => rows.patch('test_list', { id: data.mealId }, { shipped: true }),
  },
});

const body = Type.Object({ sku: Type.String({ minLength: 1 }) }, { additionalProperties: false });

/** One stream, one read model and one reaction: a meal is shipped as soon as its production is on the topic. */
export const testService = defineService({
  name: 'meals',
  port: { variable: 'MEALS_PORT', fallback: 5012 },
  streams: [meal],
  readModels: [list],
  reactions: () => [
    {
      name: 'test-shipping',
      topics: ['meals'],
      on: {
        MealProduced: ({ data: { mealId } }) => ({
          streams: [mealRef(mealId)],
          decide(unit, { now }) {
            if (unit.load(mealRef(mealId)).state?.shipped) return refuse(409, 'shipped', 'It was shipped.');
            const data = {
              mealId,
              courierId: null,
              fridgeId: 'f1',
              customerId: null,
              shippedAt: now,
              inferred: false,
              routeId: null,
            };
            unit.append(mealRef(mealId), [{ type: 'MealShipped', data }]);
            return undefined;
          },
        }),
      },
    },
  ],
  routes(app, { store, db }) {
    app.post('/api/v1/meals', { config: { public: true }, schema: { body } }, (request, reply) => {
      const mealId = newId();
      const { sku } = request.body;
      return runCommand(request, reply, (context) => {
        const { now } = context;
        const data = {
          mealId,
          lotId: 'l1',
          sku,
          kitchenId: 'k1',
          customerId: null,
          producedAt: now,
          expiresAt: now + 1,
        };
        return store.execute(mealRef(mealId), () => [{ type: 'MealProduced', data }], context, {
          answer: () => ({
            status: 201,
            headers: { location: `/api/v1/meals/${mealId}` },
            body: { id: mealId },
          }),
        });
      });
    });
    app.get('/api/v1/meals', { config: { public: true } }, async () =>
      db('test_list').select().orderBy('id'),
    );
    app.get('/api/v1/slow', { config: { public: true } }, async () => {
      await new Promise((resolve) => app.server.once('dabba-go-on', resolve));
      return { done: true };
    });
  },
});
