import { newId } from '@dabba/contracts';
import { describe, expect, it } from 'vitest';
import { fridgeRef } from '../fridge/fridge.ts';
import { sessionRef } from '../session/session.ts';
import {
  around,
  cook,
  get,
  happen,
  meals,
  place,
  post,
  servePlaces,
  stocked,
  typesOf,
  viewOf,
} from './spec/places.ts';

servePlaces();

describe('a count of a fridge', () => {
  it('makes the books follow, says who and why, and the same count again changes nothing', async () => {
    const { fridge, kitchen } = await place();
    const { fridge: far } = await place();
    const { ids, lot } = await cook(kitchen, 4);
    const [here = '', missing = '', elsewhere = '', never = ''] = ids;
    await happen(here, stocked(here, lot, fridge));
    await happen(missing, stocked(missing, lot, fridge));
    await happen(elsewhere, stocked(elsewhere, lot, far));
    await around(fridge, 'on_shelf', 2);
    await around(far, 'on_shelf', 1);
    const count = (counted: string[], who = {}) =>
      post(`/api/v1/fridges/${fridge}/corrections`, { counted, reason: 'monthly count' }, who);
    const counted = [here, elsewhere, never];
    const corrected = await count(counted, { roles: ['courier'] });
    expect(corrected).toMatchObject({ status: 201, body: { missing: [missing], disputed: [] } });
    expect(corrected.body.found.sort()).toEqual([elsewhere, never].sort());
    expect(await viewOf(missing)).toMatchObject({ status: 'UNEXPLAINED', location: null, customer_id: null });
    for (const id of [elsewhere, never])
      expect(await viewOf(id)).toMatchObject({ status: 'STOCKED', location: { kind: 'FRIDGE', id: fridge } });
    const { items } = (await get(`/api/v1/meals/${missing}/history`)).body;
    expect(items.slice(-2)).toMatchObject([
      { type: 'MealCounted', actor: 'test-courier', data: { reason: 'monthly count', found: false } },
      { type: 'MealUnexplained', data: { reason: 'NOT_COUNTED' } },
    ]);
    await around(fridge, 'on_shelf', 3);
    const before = await Promise.all(ids.map(typesOf));
    expect((await count(counted)).body).toMatchObject({ missing: [], found: [], disputed: [] });
    expect(await Promise.all(ids.map(typesOf))).toEqual(before);
    // What a count had missed is stocked again by the next that finds it.
    expect((await count([...counted, missing])).body).toMatchObject({ found: [missing] });
    expect(await viewOf(missing)).toMatchObject({ status: 'STOCKED', fridge_id: fridge });
    const bad = await count([here, 'nobody-made-it', lot]);
    expect(bad).toMatchObject({
      status: 422,
      body: { code: 'meals-unknown', meals: expect.arrayContaining(['nobody-made-it', lot]) },
    });
    expect((await count([], { roles: ['customer'] })).status).toBe(403);
  });

  it('S0-INV-05 waits for the customer whose door is open', async () => {
    const { fridge, kitchen } = await place();
    const { ids, lot } = await cook(kitchen, 1);
    const [meal = ''] = ids;
    await happen(meal, stocked(meal, lot, fridge, Date.now() - 60_000));
    await around(fridge, 'on_shelf', 1);
    const sessionId = newId();
    const now = Date.now();
    const times = { startedAt: now, expiresAt: now + 5_000 };
    const door = { sessionId, fridgeId: fridge, door: '1', commandId: newId(), nonce: 'n' };
    const context = { actor: 'test', now };
    const { store } = meals.deps;
    const session = sessionRef(sessionId, 'sfo');
    await store.execute(
      session,
      () => [
        {
          type: 'DoorSessionStarted',
          data: { ...door, kind: 'CUSTOMER', customerId: 'c1', prices: [], ...times },
        },
      ],
      context,
    );
    await store.execute(
      fridgeRef(fridge, 'sfo'),
      () => [
        {
          type: 'FridgeCommandIssued',
          data: { ...door, kind: 'OPEN', reason: 'x', issuedAt: now, expiresAt: now + 5_000 },
        },
      ],
      context,
    );
    const path = `/api/v1/fridges/${fridge}/corrections`;
    const count = () => post(path, { counted: [], reason: 'looks empty' });
    expect(await count()).toMatchObject({ status: 409, body: { code: 'fridge-in-use' } });
    expect(await typesOf(meal)).toEqual(['MealProduced', 'MealStocked']);
    await store.execute(
      session,
      () => [
        {
          type: 'DoorSessionFailed',
          data: { sessionId, fridgeId: fridge, customerId: 'c1', reason: 'NOT_OPENED', failedAt: now },
        },
      ],
      context,
    );
    expect(await count()).toMatchObject({ status: 201, body: { missing: [meal] } });
    expect(await viewOf(meal)).toMatchObject({ status: 'UNEXPLAINED' });
  });
});
