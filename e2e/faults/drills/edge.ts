import { until } from '@dabba/testing';
import type { Doors } from '../doors.ts';
import type { FleetFridge } from '../load/fleet.ts';
import { readTopic } from '../topic-log.ts';
import type { World } from '../world.ts';

export const edgeFacts = 1_000;
/** Milliseconds for 1,000 facts to be acknowledged while Kafka is away. */
const patience = 40_000;

/**
 * Kafka dies; a fridge says 1,000 things, all are acknowledged; the bridge dies; both come back. All 1,000 have to be on the
 * topic, in order. Returns what is wrong.
 */
export async function edgeDrill(
  { platform: { stack, services } }: World,
  doors: Doors,
  { fridge }: FleetFridge,
): Promise<string[]> {
  await fridge.drained();
  await stack.kill9('kafka');
  const facts = Array.from({ length: edgeFacts }, () => fridge.heartbeat(4)).flat();
  const acknowledged = await Promise.race([fridge.drained().then(() => true), after(patience)]);
  await services.kill9('edge-bridge');
  await Promise.all([stack.restart('kafka'), services.restart('edge-bridge')]);
  if (!acknowledged)
    return [`B1: ${fridge.pending} of ${edgeFacts} facts were not acknowledged without Kafka`];
  const names = facts.map(({ boot, seq }) => `${boot}/${seq}`);
  const wanted = new Set(names);
  let seen = new Set<string>();
  const look = async () => {
    seen = await firstAppearances(doors, fridge.id, wanted);
    return seen.size === wanted.size;
  };
  await until('all facts are on their topic', look, { within: patience, every: 500 }).catch(() => {});
  const missing = edgeFacts - seen.size;
  const inOrder = names.filter((name) => seen.has(name)).join() === [...seen].join();
  return [
    ...(missing > 0
      ? [`B1: of ${edgeFacts} facts acknowledged without Kafka ${missing} are not on their topic`]
      : []),
    ...(inOrder ? [] : ['B2: facts that were spooled are out of order on their topic']),
  ];
}

async function firstAppearances(
  doors: Doors,
  device: string,
  wanted: ReadonlySet<string>,
): Promise<Set<string>> {
  const seen = new Set<string>();
  await readTopic(doors.kafka, 'fridge-facts', (records) => {
    for (const { key, headers } of records) {
      const name = `${headers.ce_source?.split('/').at(-1)}/${headers.position}`;
      if (key === device && wanted.has(name)) seen.add(name);
    }
  });
  return seen;
}

function after(milliseconds: number): Promise<false> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(false), milliseconds).unref();
  });
}
