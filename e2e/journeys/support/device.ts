import mqtt from 'mqtt';
import type { FactBody } from '../../simulators/fridge/index.ts';
import type { Village } from './village.ts';

/** A bare connection with a fridge's credentials, which says what it is told to, in any order and any number of times. */
export interface Device {
  /** Resolves at PUBACK. `at` is now unless it is said. */
  say(boot: number, seq: number, fact: FactBody, at?: string): Promise<void>;
  /** Anything at all, on the fridge's topic for facts. */
  shout(payload: string | Buffer, qos?: 0 | 1 | 2): Promise<void>;
  /** Documents the bridge answered with. */
  problems: Record<string, unknown>[];
  end(): Promise<void>;
}

export async function connectDevice(village: Village, id: string, metro = 'sfo'): Promise<Device> {
  const topic = `dabba/${metro}/fridges/${id}`;
  const client = await mqtt.connectAsync(village.mqttUrl, {
    username: id,
    password: village.secretOf(id),
    protocolVersion: 4,
    reconnectPeriod: 0,
  });
  const problems: Record<string, unknown>[] = [];
  client.on('message', (_, payload) => problems.push(JSON.parse(payload.toString())));
  await client.subscribeAsync(`${topic}/problems`, { qos: 1 });
  const shout = async (payload: string | Buffer, qos: 0 | 1 | 2 = 1) => {
    await client.publishAsync(`${topic}/facts`, payload, { qos });
  };
  return {
    problems,
    shout,
    say: (boot, seq, fact, at = new Date().toISOString()) =>
      shout(JSON.stringify({ boot, seq, at, ...fact })),
    async end() {
      await client.endAsync(true);
    },
  };
}
