import { atMost, figure, type Measured, median } from '@dabba/testing';
import { held, type LoadClient } from '../load/client.ts';
import type { Loop } from '../load/open-loop.ts';
import type { Region } from '../world/region.ts';
import { registerFridges } from './fridges.ts';
import { highestRate } from './highest-rate.ts';

export interface HttpOptions {
  runs: number;
  /** Seconds at the fixed rate. */
  seconds: number;
}

const rate = 500;
const most = 50;
/** Seconds of each try for the highest rate. */
const each = 3;

/**
 * (b) A command over HTTP: token, schema, Idempotency-Key, decision, commit. Half of them make a lot of one meal, half
 * command a fridge. Open loop, so latency counts from the time a request was due.
 */
export async function httpBench(
  region: Region,
  client: LoadClient,
  { runs, seconds }: HttpOptions,
): Promise<Measured[]> {
  const fridges = await registerFridges(region.meals, await region.token(), 2000);
  const shoot = async (origin: string, rate: number, seconds: number): Promise<Loop> =>
    client.shoot({ origin, rate, seconds, kind: 'mixed', fridges, authorization: await region.token() });
  const highest = (origin: string, first: number) =>
    highestRate(first, async (rate) => held(await shoot(origin, rate, each), most));

  const taken = { service: [] as Loop[], gateway: [] as Loop[], bare: [] as Loop[] };
  const highests = { service: [] as number[], gateway: [] as number[], bare: [] as number[] };
  const origins = { service: region.meals, gateway: region.gateway, bare: region.bare };
  for (const name of ['service', 'gateway', 'bare'] as const) await shoot(origins[name], rate, 4);
  for (let run = 0; run < runs; run++) {
    for (const name of ['bare', 'service', 'gateway'] as const)
      taken[name].push(await shoot(origins[name], rate, seconds));
    highests.bare.push(await highest(region.bare, 2500));
    highests.service.push(await highest(region.meals, rate));
    highests.gateway.push(await highest(region.gateway, rate));
  }

  const p99 = (loops: readonly Loop[]) => median(loops.map((loop) => loop.p99));
  const bare = median(highests.bare);
  const refused = taken.service.reduce((sum, { sent, answers }) => sum + sent - (answers['201'] ?? 0), 0);
  return [
    figure(`a bare Fastify route at ${rate}/s: p99`, p99(taken.bare), 'ms'),
    figure(`a command at ${rate}/s: p50`, median(taken.service.map(({ p50 }) => p50)), 'ms'),
    atMost(
      figure(`a command at ${rate}/s: p99`, p99(taken.service), 'ms', p99(taken.service) / p99(taken.bare)),
      most,
    ),
    {
      ...figure(`a command at ${rate}/s: not accepted`, refused, 'requests'),
      target: 'none',
      pass: refused === 0,
    },
    figure(`a command at ${rate}/s through the gateway: p99`, p99(taken.gateway), 'ms'),
    figure(`a bare Fastify route: highest rate with p99 < ${most} ms`, bare, 'requests/s'),
    rateOf('a command', highests.service),
    rateOf('a command through the gateway', highests.gateway),
  ];

  function rateOf(what: string, rates: readonly number[]): Measured {
    const value = median(rates);
    return figure(`${what}: highest rate with p99 < ${most} ms`, value, 'commands/s', value / bare);
  }
}
