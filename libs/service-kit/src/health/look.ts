import type { HealthCheck } from '../types.ts';

export interface Look {
  status: 'up' | 'down';
  required: boolean;
  /** Why it is down. */
  because?: string;
}

const patience = 2_000;
const keptFor = 1_000;

/** Asks all dependencies at once, none for longer than 2 s; many askers within a second share one answer. */
export function lookAt(checks: readonly HealthCheck[]): () => Promise<Record<string, Look>> {
  let last: { at: number; looks: Promise<Record<string, Look>> } | undefined;
  return () => {
    if (!last || performance.now() - last.at > keptFor)
      last = { at: performance.now(), looks: lookNow(checks) };
    return last.looks;
  };
}

async function lookNow(checks: readonly HealthCheck[]): Promise<Record<string, Look>> {
  const looks = await Promise.all(checks.map(async (check) => [check.name, await lookOnce(check)] as const));
  return Object.fromEntries(looks);
}

async function lookOnce({ check, required }: HealthCheck): Promise<Look> {
  const late = new AbortController();
  try {
    await Promise.race([check(), silence(late.signal)]);
    return { status: 'up', required };
  } catch (error) {
    // The message of a driver may hold an address; its code does not.
    const code =
      error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
    const because = code ?? (error instanceof Silence ? error.message : 'unreachable');
    return { status: 'down', required, because };
  } finally {
    late.abort();
  }
}

class Silence extends Error {}

function silence(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const timer = setTimeout(() => reject(new Silence(`no answer within ${patience} ms`)), patience);
    signal.addEventListener('abort', () => clearTimeout(timer));
  });
}
