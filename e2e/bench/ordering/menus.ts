import { atMost, figure, judged, type Measured, median, ratioAtLeast } from '@dabba/testing';
import { request } from 'undici';
import type { OrderLoad } from './load.ts';
import type { Read } from './load-process.ts';
import type { OrderingWorld } from './world.ts';

export interface MenuOptions {
  runs: number;
  /** Of each look. */
  seconds: number;
}

/** S4-NFR-01, in percent, and S2-PERF-01 in milliseconds. */
const mostlyKept = 80;
const usual = 200;

/**
 * (j) Menus read by as many callers as there are connections, each asking again as soon as it has its answer; a shop changes a price
 * every second. Beside it a bare route that answers with as many bytes.
 */
export async function menuBench(
  { catalog, gateway, bare, shops, customers, changePrice }: OrderingWorld,
  load: OrderLoad,
  { runs, seconds }: MenuOptions,
): Promise<Measured[]> {
  const paths = shops.map(({ vendorId }) => `/api/v1/vendors/${vendorId}/menu`);
  const authorization = customers[0] ?? '';
  const answer = await request(`${catalog}${paths[0]}`, { headers: { authorization } });
  const { length: bytes } = Buffer.from(await answer.body.arrayBuffer());
  const read = (origin: string, of: readonly string[]) =>
    load.read({ origin, paths: of, authorization, connections: 32, seconds });
  const taken = { bare: [] as Read[], catalog: [] as Read[], gateway: [] as Read[] };
  await read(catalog, paths);
  await read(bare, [`/bare/${bytes}`]);
  const before = await looksAt(catalog);
  for (let run = 0; run < runs; run++) {
    taken.bare.push(await read(bare, [`/bare/${bytes}`]));
    const changing = setInterval(() => void changePrice(), 1_000);
    taken.catalog.push(await read(catalog, paths));
    taken.gateway.push(await read(gateway, paths));
    clearInterval(changing);
  }
  const after = await looksAt(catalog);
  const hits = after.hit - before.hit;
  const kept = (100 * hits) / (hits + after.miss - before.miss);
  const rate = (of: readonly Read[]) => median(of.map(({ perSecond }) => perSecond));
  const p99 = (of: readonly Read[]) => median(of.map((one) => one.p99));
  const wrong = [...taken.catalog, ...taken.gateway].reduce((sum, one) => sum + one.wrong, 0);
  const ceiling = rate(taken.bare);
  return [
    figure(`a bare Fastify route of ${bytes} bytes`, ceiling, 'reads/s'),
    ratioAtLeast(
      figure('a menu, of catalog itself', rate(taken.catalog), 'reads/s', rate(taken.catalog) / ceiling),
      0.5,
    ),
    figure('a menu, through the gateway', rate(taken.gateway), 'reads/s', rate(taken.gateway) / ceiling),
    atMost(figure('a menu, of catalog itself: p99 of 32 callers', p99(taken.catalog), 'ms'), usual),
    figure('a menu, through the gateway: p99 of 32 callers', p99(taken.gateway), 'ms'),
    judged(figure('answered from memory', kept, '%'), `> ${mostlyKept} %`, kept > mostlyKept),
    judged(figure('not answered', wrong, 'reads'), 'none', wrong === 0),
  ];
}

/** How often catalog found an answer at hand, and how often it had to make one, so far. */
async function looksAt(catalog: string): Promise<{ hit: number; miss: number }> {
  const { body } = await request(`${catalog}/metrics`);
  const text = await body.text();
  const sum = (result: string) =>
    [...text.matchAll(new RegExp(`^\\w*catalog\\w*\\{[^}]*result="${result}"[^}]*\\} (\\d+)`, 'gm'))].reduce(
      (all, [, count]) => all + Number(count),
      0,
    );
  return { hit: sum('hit'), miss: sum('miss') };
}
