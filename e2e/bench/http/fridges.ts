import { request } from 'undici';

/** Registers fridges that commands can go to; so many that none piles up many commands it never confirms. */
export async function registerFridges(url: string, authorization: string, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, n) => `fr_bench_${n}`);
  let next = 0;
  const register = async () => {
    for (let id = ids[next++]; id !== undefined; id = ids[next++]) {
      const { statusCode, body } = await request(`${url}/api/v1/fridges`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ id, name: id, capacity: 40 }),
      });
      await body.dump();
      if (statusCode !== 201) throw new Error(`a fridge could not be registered: ${statusCode}`);
    }
  };
  await Promise.all(Array.from({ length: 32 }, register));
  return ids;
}
