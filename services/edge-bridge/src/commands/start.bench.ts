import { randomBytes } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { type Event, encodeEvent, newId, schemaOf } from '@dabba/contracts';
import { toRecord } from '@dabba/kafka';
import { atMost, figure, type Measured, median } from '@dabba/testing';
import { LatestPolicies } from '../policies/latest.ts';
import { TestBridge } from '../testing/test-bridge.ts';
import { followFridges } from './follow.ts';
import { type PastFile, pastFile } from './past.ts';
import { UnconfirmedCommands } from './unconfirmed.ts';

type Decided = Event<'FridgeCommandIssued' | 'FridgeCommandConfirmed' | 'OfflinePolicyIssued'>;

const fridges = 300;
/** Of a policy for forty meals, signed. */
const policyBytes = 8_000;
const atOnce = 2_000;

/** How long a bridge reads the past of its fridges before it sends anything. A fifth of the records are policies, as in a region that works. */
export async function bench({ total = 100_000, rounds = 3 } = {}): Promise<Measured[]> {
  const t = new TestBridge();
  await t.open();
  await t.stop();
  try {
    const mebibytes = (await publish(t, total)) / 2 ** 20;
    const whole: number[] = [];
    const again: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const file = pastFile(t.directory);
      const anew = await start(t, { ...file, recall: async () => undefined });
      const goneOn = await start(t, file);
      // The first one warms up.
      if (round === 0) continue;
      whole.push(anew);
      again.push(goneOn);
    }
    const seconds = median(whole);
    return [
      figure('records of fridges', total, 'records'),
      figure('of them in MiB', mebibytes, 'MiB'),
      atMost(figure('a bridge with an empty folder reads them and is ready', seconds, 's'), 10),
      figure('rate', total / seconds, 'records/s'),
      atMost(figure('a bridge that was stopped goes on and is ready', median(again), 's'), 2),
    ];
  } finally {
    await t.close();
  }
}

async function start({ kafka, registry }: TestBridge, past: PastFile): Promise<number> {
  const commands = new UnconfirmedCommands();
  const policies = new LatestPolicies();
  const began = performance.now();
  let complete: () => void = () => {};
  const read = new Promise<void>((resolve) => {
    complete = resolve;
  });
  const stop = await followFridges({
    ...{ kafka, registry, commands, policies, past },
    onIssued: () => complete(),
    onPolicies: () => {},
    onUnreadable: (error) => {
      throw error;
    },
    onUnkept: (error) => {
      throw error;
    },
  });
  await read;
  const seconds = (performance.now() - began) / 1_000;
  if (policies.size !== fridges || commands.size !== 0) throw new Error('It did not read everything');
  await stop();
  return seconds;
}

/** @returns bytes */
async function publish({ kafka, registry }: TestBridge, total: number): Promise<number> {
  const publisher = kafka.publisher();
  let bytes = 0;
  let records: Parameters<typeof publisher.publish>[0][number][] = [];
  for (let position = 1; position <= total; position++) {
    const { type, data } = eventAt(position);
    const { topic, fullName, text } = schemaOf(type);
    const meta = {
      ...{ id: newId(), source: 'bench', stream: data.fridgeId, streamType: 'fridge' },
      ...{ version: position, position, metro: 'sfo', time: Date.now() },
    };
    const encoded = { type, meta, data: encodeEvent(type, data).data };
    const schemaId = await registry.idOf(topic, fullName, text);
    bytes += encoded.data.length;
    records.push(toRecord(encoded, { topic, partition: position % 4, schemaId }));
    if (records.length < atOnce && position < total) continue;
    await publisher.publish(records);
    records = [];
  }
  await publisher.close();
  return bytes;
}

/** Of five in turn in each partition: two commands, their confirmations, a policy. */
function eventAt(position: number): Decided {
  const turn = Math.floor((position % 20) / 4);
  const round = Math.floor(position / 20);
  const fridgeId = `fr_${round % fridges}`;
  const commandId = `${round}-${position % 4}-${turn % 2}`;
  if (turn === 0)
    return {
      type: 'OfflinePolicyIssued',
      data: {
        ...{ fridgeId, version: position, denyVersion: 0, issuedAt: 0, validUntil: Date.now() + 3_600_000 },
        perCustomer: { amount: 3_000, meals: 3 },
        perFridgeHour: { amount: 20_000, meals: 20 },
        policy: randomBytes((policyBytes * 3) / 4).toString('base64url'),
      },
    };
  return turn > 2
    ? { type: 'FridgeCommandConfirmed', data: { fridgeId, commandId, confirmedAt: 1 } }
    : {
        type: 'FridgeCommandIssued',
        data: {
          ...{ fridgeId, commandId, kind: 'OPEN', reason: 'A customer session', issuedAt: 0 },
          ...{ sessionId: newId(), door: '1', nonce: 'n'.repeat(32), expiresAt: 4_000 },
        },
      };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const measured = await bench();
  console.table(measured);
  process.exitCode = measured.every(({ pass }) => pass) ? 0 : 1;
}
