import { setTimeout as pause } from 'node:timers/promises';

/** How the provider is, for which share of a run. */
const weathers = [
  { name: 'fair', share: 0.2, behaviour: {} },
  {
    name: 'late, twice, reordered',
    share: 0.25,
    behaviour: { webhooks: { share: 0.8, from: 0, to: 6_000, twice: 0.5, held: 0.3 } },
  },
  { name: 'down', share: 0.3, behaviour: { down: 1 } },
  { name: 'forgetful', share: 0.15, behaviour: { lost: 0.08, broken: 0.08, limited: 0.05, mute: 0.02 } },
  { name: 'fair again', share: 0.1, behaviour: {} },
] as const;

export interface Weather {
  /** What it is like now. */
  readonly now: string;
  /** Tells a provider that was started anew. */
  tell(): Promise<void>;
  /** Goes through all of it in this time. */
  run(seconds: number, stop: AbortSignal): Promise<void>;
}

export function weatherAt(stripe: string): Weather {
  let behaviour: object = {};
  let now = 'fair';
  async function tell(): Promise<void> {
    // It may be away: it is told when it is back.
    await behave(stripe, behaviour).catch(() => {});
  }
  return {
    get now() {
      return now;
    },
    tell,
    async run(seconds, stop) {
      for (const weather of weathers) {
        ({ name: now, behaviour } = weather);
        await tell();
        await pause(seconds * weather.share * 1_000, undefined, { signal: stop }).catch(() => {});
      }
      behaviour = {};
      now = 'fair';
      await tell();
    },
  };
}

/** Tells a simulated provider how to be from now on. @param behaviour as its README has it; empty: fair @param within milliseconds */
export async function behave(stripe: string, behaviour: object, within = 2_000): Promise<void> {
  const { ok, status } = await fetch(`${stripe}/_behaviour`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(behaviour),
    signal: AbortSignal.timeout(within),
  });
  if (!ok) throw new Error(`The provider does not do as it is told: ${status}`);
}
