import { newId } from '@dabba/contracts';
import { latencies } from '@dabba/testing';
import { anOrder } from './spec/orders.ts';
import { World } from './spec/world.ts';

/** Orders that all want the same item, placed evenly: how fast they are reserved, all by one row of state. */
const rate = Number(process.argv[2] ?? 200);
const seconds = Number(process.argv[3] ?? 10);

const world = await World.open('inventory_hot');
const outletId = await world.outlet({ naan: 1_000_000 });
const heldIn = latencies();
const placedAt = new Map<string, number>();
const waiting = new Set<string>();
const every = 50;
const each = Math.round((rate * every) / 1000);
const { pool } = world.deps;

const begun = Date.now();
let decided = 0;
let sent = 0;
let last = 0;
while (Date.now() - begun < seconds * 1000 || (decided < sent && Date.now() - begun < seconds * 3000)) {
  const due = Date.now() - begun < seconds * 1000 ? Math.floor((Date.now() - begun) / every) + 1 : 0;
  if (due * each > sent) {
    const orders = Array.from({ length: due * each - sent }, () => {
      const orderId = newId('ord');
      placedAt.set(orderId, Date.now());
      waiting.add(orderId);
      return anOrder(orderId, outletId, { naan: 1 }).placed;
    });
    sent += orders.length;
    await world.hear(orders);
  }
  const { rows } = await pool.query<{ position: string; stream: string }>(
    "select position, stream from dabba.events where position > $1 and type = 'ReservationMade' order by position",
    [last],
  );
  for (const { position, stream } of rows) {
    last = Number(position);
    const orderId = stream.slice('reservation:'.length);
    if (!waiting.delete(orderId)) continue;
    decided += 1;
    heldIn.record(Date.now() - (placedAt.get(orderId) ?? 0));
  }
  await new Promise((resolve) => setTimeout(resolve, 5));
}
const took = (Date.now() - begun) / 1000;
const { held } = await world.item(outletId, 'naan');
console.log(
  `${sent} orders placed at ${rate}/s, ${decided} reserved in ${took.toFixed(1)} s; ` +
    `placed to reserved p50 ${heldIn.p(50).toFixed(0)} ms, p99 ${heldIn.p(99).toFixed(0)} ms; held ${held}`,
);
await world.close();
process.exit(decided === sent && held === sent ? 0 : 1);
