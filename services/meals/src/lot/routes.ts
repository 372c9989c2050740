import { newId } from '@dabba/contracts';
import { isRefusal, refuse } from '@dabba/event-store';
import {
  type App,
  homeMetro,
  Problem,
  principalOf,
  runCommand,
  type StoreDeps,
  typedText,
} from '@dabba/service-kit';
import { Type } from 'typebox';
import { mealRef } from '../meal/meal.ts';
import { Id, IdParams, Time } from '../schemas.ts';
import { expireLot } from '../tasks/expire-lot.ts';
import { createLot } from './decide.ts';
import { lotRef } from './lot.ts';

const Allergens = Type.Union(
  [Type.Array(typedText(60, { minLength: 1 }), { maxItems: 40, uniqueItems: true }), Type.Null()],
  { default: null, description: 'Empty: none. Null or left out: unknown, which is not the same' },
);
const KnownAllergens = Type.Union([Type.Array(Type.String()), Type.Null()], {
  description: 'As they were when the lot was made. Empty: none. Null: unknown, which is not the same',
});

const NewLot = Type.Object(
  {
    sku: Id,
    kitchen_id: Id,
    quantity: Type.Integer({ minimum: 1, maximum: 500 }),
    produced_at: Time,
    expires_at: Time,
    allergens: Type.Optional(Allergens),
    may_contain: Type.Optional(Allergens),
    metro: Type.Optional(Type.String({ description: 'For callers who work in several metros' })),
  },
  { additionalProperties: false },
);
const CreatedLot = Type.Object({ id: Id, meals: Type.Array(Id) });
const LotView = Type.Object({
  id: Id,
  sku: Id,
  kitchen_id: Id,
  quantity: Type.Integer(),
  produced_at: Time,
  expires_at: Time,
  allergens: KnownAllergens,
  may_contain: KnownAllergens,
});

export function lotRoutes(app: App, { store, region }: StoreDeps): void {
  app.post(
    '/api/v1/lots',
    {
      config: { permission: 'lots:create' },
      schema: {
        tags: ['lots'],
        summary: 'A kitchen finished a lot',
        body: NewLot,
        response: { 201: CreatedLot },
      },
    },
    (request, reply) =>
      runCommand(request, reply, (context) => {
        const { body } = request;
        const principal = principalOf(request);
        if (principal.kitchenId !== undefined && principal.kitchenId !== body.kitchen_id) {
          const detail = `You work for ${principal.kitchenId}, not for ${body.kitchen_id}`;
          return refuse(403, 'other-kitchen', detail, { pointer: '/kitchen_id' });
        }
        const metro = homeMetro(region, principal, body.metro);
        if (isRefusal(metro)) return metro;
        const lot = lotRef(newId(), metro.id);
        const meals = Array.from({ length: body.quantity }, () => mealRef(newId(), metro.id));
        return store.transact(
          [lot, ...meals],
          (unit) => {
            const decided = createLot(
              {
                lotId: lot.id,
                mealIds: meals.map(({ id }) => id),
                sku: body.sku,
                kitchenId: body.kitchen_id,
                producedAt: Date.parse(body.produced_at),
                expiresAt: Date.parse(body.expires_at),
                allergens: body.allergens ?? null,
                mayContain: body.may_contain ?? null,
              },
              context.now,
            );
            if (isRefusal(decided)) return decided;
            unit.append(lot, [decided.lot]);
            for (const [index, meal] of meals.entries())
              unit.append(meal, decided.meals.slice(index, index + 1));
            unit.enqueue(expireLot({ lotId: lot.id, metro: metro.id }, Date.parse(body.expires_at)));
            return { id: lot.id, meals: meals.map(({ id }) => id) };
          },
          context,
          { answer: (body) => ({ status: 201, headers: { location: `/api/v1/lots/${body.id}` }, body }) },
        );
      }),
  );

  app.get(
    '/api/v1/lots/:id',
    {
      config: { permission: 'lots:read' },
      schema: {
        tags: ['lots'],
        summary: 'A lot as it was made',
        params: IdParams,
        response: { 200: LotView },
      },
    },
    async (request) => {
      const { state: lot } = await store.load(lotRef(request.params.id, ''));
      if (lot === null)
        throw new Problem({ status: 404, code: 'lot-unknown', detail: `No lot ${request.params.id}` });
      return {
        id: request.params.id,
        sku: lot.sku,
        kitchen_id: lot.kitchenId,
        quantity: lot.quantity,
        produced_at: new Date(lot.producedAt).toISOString(),
        expires_at: new Date(lot.expiresAt).toISOString(),
        allergens: lot.allergens && [...lot.allergens],
        may_contain: lot.mayContain && [...lot.mayContain],
      };
    },
  );
}
