import type { World } from '../world.ts';

/** Who says that it is not ready, and what it says (degraded counts as ready: it serves), but for some. */
export async function notReady(
  { services }: Pick<World, 'services'>,
  except: ReadonlySet<string>,
): Promise<string[]> {
  const asked = Object.entries(services).filter(([name]) => !except.has(name));
  const answers = await Promise.all(
    asked.map(async ([name, url]) => {
      try {
        const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(3000) });
        return response.ok ? [] : [`${name}: ${(await response.text()).slice(0, 160)}`];
      } catch (error) {
        return [`${name}: ${String(error)}`];
      }
    }),
  );
  return answers.flat();
}

/** Sum of a metric's series over all services; undefined when one does not answer. */
export async function metric({ services }: World, name: string): Promise<number | undefined> {
  const texts = await Promise.all(
    Object.values(services).map((url) =>
      fetch(`${url}/metrics`, { signal: AbortSignal.timeout(3000) }).then(
        (response) => (response.ok ? response.text() : undefined),
        () => undefined,
      ),
    ),
  );
  let sum = 0;
  for (const text of texts) {
    if (text === undefined) return undefined;
    for (const line of text.split('\n')) if (line.startsWith(name)) sum += Number(line.split(' ').at(-1));
  }
  return sum;
}
