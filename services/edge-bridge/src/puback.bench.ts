import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { metroOf, partitionFor } from '@dabba/contracts';
import { atMost, figure, judged, latencies, type Measured, median } from '@dabba/testing';
import type { MqttClient } from 'mqtt';
import { region } from './testing/region.ts';
import { factBody, factsTopic, TestBridge } from './testing/test-bridge.ts';

/** Facts a device has under way at once, as the fridge does. */
const window = 64;
const perRound = 6_000;

/** Publish → PUBACK after Kafka's acknowledgement, against publishing the same bytes through the Kafka port alone. */
export async function bench({ rounds = 3 }: { rounds?: number } = {}): Promise<Measured[]> {
  const t = await new TestBridge().open();
  try {
    const one = [await t.connect('fridge-0')];
    const fifty = await Promise.all(Array.from({ length: 50 }, (_, index) => t.connect(`fridge-${index}`)));
    const seqs = new Map<string, number>();
    const taken = { raw: [] as number[], one: [] as Run[], fifty: [] as Run[] };
    // The first round warms up; the others are taken in turn.
    for (let round = 0; round <= rounds; round += 1) {
      const raw = await rawRate(t);
      const alone = await run(one, seqs);
      const many = await run(fifty, seqs);
      if (round === 0) continue;
      taken.raw.push(raw);
      taken.one.push(alone);
      taken.fifty.push(many);
    }
    const quiet = median(await oneByOne(one[0], seqs));
    const raw = median(taken.raw);
    const fiftyRate = median(taken.fifty.map(({ rate }) => rate));
    const figures = (name: string, runs: readonly Run[]): Measured[] => {
      const rate = median(runs.map(({ rate }) => rate));
      return [
        figure(`${name}: rate`, rate, 'facts/s', rate / raw),
        figure(`${name}: p50`, median(runs.map(({ p50 }) => p50)), 'ms'),
        figure(`${name}: p99`, median(runs.map(({ p99 }) => p99)), 'ms'),
      ];
    };
    const spooled = t.bridge.spool().records;
    return [
      figure('the same records through the Kafka port alone', raw, 'records/s'),
      atMost(figure('one fact at a time, one device: p50', quiet, 'ms'), 20),
      ...figures('PUBACK, 1 device', taken.one),
      ...figures('PUBACK, 50 devices', taken.fifty),
      judged(
        figure('PUBACK, 50 devices: none by the spool', fiftyRate, 'facts/s'),
        '>= 1000 facts/s',
        fiftyRate >= 1_000 && spooled === 0,
      ),
    ];
  } finally {
    await t.close();
  }
}

interface Run {
  rate: number;
  p50: number;
  p99: number;
}

async function run(devices: readonly MqttClient[], seqs: Map<string, number>): Promise<Run> {
  const taken = latencies();
  const began = performance.now();
  const share = Math.floor(perRound / devices.length);
  await Promise.all(
    devices.map(async (device, index) => {
      let left = share;
      const slots = Math.min(window, Math.ceil(512 / devices.length));
      await Promise.all(
        Array.from({ length: slots }, async () => {
          while (left > 0) {
            left -= 1;
            taken.record(await publish(device, `fridge-${index}`, seqs));
          }
        }),
      );
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  return { rate: taken.count() / seconds, p50: taken.p(50), p99: taken.p(99) };
}

async function oneByOne(device: MqttClient | undefined, seqs: Map<string, number>): Promise<number[]> {
  const taken: number[] = [];
  for (let sent = 0; device && sent < 200; sent += 1) {
    taken.push(await publish(device, 'fridge-0', seqs));
    await pause(5);
  }
  return taken;
}

async function publish(device: MqttClient, fridge: string, seqs: Map<string, number>): Promise<number> {
  const seq = (seqs.get(fridge) ?? 0) + 1;
  seqs.set(fridge, seq);
  const began = performance.now();
  await device.publishAsync(factsTopic(fridge), factBody(seq), { qos: 1 });
  return performance.now() - began;
}

/** Records of a fact's size for 50 fridges, as many under way as devices have: what Kafka itself allows. */
async function rawRate({ kafka }: TestBridge): Promise<number> {
  const publisher = kafka.publisher();
  const value = Buffer.alloc(60);
  const headers = {
    ce_id: 'x'.repeat(36),
    ce_type: 'FridgeMealStocked',
    ce_source: 'fridge-1/1',
    metro: 'sfo',
  };
  const records = Array.from({ length: 512 }, (_, index) => {
    const key = `fridge-${index % 50}`;
    return {
      topic: 'dead-letters',
      partition: partitionFor(metroOf(region, 'sfo'), key),
      key,
      value,
      headers,
    };
  });
  const began = performance.now();
  let sent = 0;
  for (; sent < perRound; sent += records.length) await publisher.publish(records);
  const rate = (sent * 1000) / (performance.now() - began);
  await publisher.close();
  return rate;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const measured = await bench();
  console.table(measured);
  process.exitCode = measured.every(({ pass }) => pass) ? 0 : 1;
}
