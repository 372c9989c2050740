import { latencies } from '@dabba/testing';
import { request } from 'undici';
import type { Fridge } from '../../simulators/fridge/index.ts';
import { openLoop } from '../load/open-loop.ts';
import type { Region } from '../world/region.ts';

export interface Asked {
  /** Milliseconds from when a door was to be asked for to the answer: of any answer, and of those that opened. */
  p50: number;
  p99: number;
  max: number;
  opened50: number;
  opened99: number;
  /** Answers that are neither an open door nor the refusal of a fridge that does not answer. */
  wrong: number;
}

/** Milliseconds a fridge takes to unlock. */
const quickest = 50;
const slowest = 800;
/** One of so many does not answer. */
const dead = 20;
/** So many that none is held up by the limit on how often one may ask. */
const customers = 500;

/** Customers ask at a fixed rate, whether doors open or not, and take one meal each. */
export async function askAtRate(
  region: Region,
  fleet: readonly Fridge[],
  rate: number,
  seconds: number,
): Promise<Asked> {
  for (const [n, fridge] of fleet.entries()) {
    fridge.heartbeat(4);
    fridge.ignoring = n % dead === dead - 1;
    fridge.slowBy = quickest + ((slowest - quickest) * n) / fleet.length;
    fridge.onOpen(() => ({ taken: [...fridge.inside].slice(0, 1) }));
  }
  await Promise.all(fleet.map((fridge) => fridge.drained()));
  const tokens = await Promise.all(Array.from({ length: customers }, (_, n) => region.customer(`cus_${n}`)));
  const opened = latencies();
  const loop = await openLoop(rate, seconds, async (n) => {
    const began = performance.now();
    const { statusCode, body } = await request(
      `${region.gateway}/api/v1/fridges/${fleet[n % fleet.length]?.id}/sessions?wait=3`,
      {
        method: 'POST',
        headers: { authorization: tokens[n % customers], 'content-type': 'application/json' },
        body: '{}',
      },
    );
    const text = await body.text();
    if (statusCode === 201) opened.record(performance.now() - began);
    return statusCode === 201 ? 'opened' : `${statusCode} ${codeOf(text)}`;
  });
  const { p50, p99, max, sent, answers } = loop;
  const right = (answers.opened ?? 0) + (answers['504 fridge-did-not-answer'] ?? 0);
  return { p50, p99, max, opened50: opened.p(50), opened99: opened.p(99), wrong: sent - right };
}

function codeOf(text: string): string {
  const { code }: { code?: unknown } = { ...Object(JSON.parse(text || '{}')) };
  return String(code);
}
