import { type Connected, connect, type StoreDeps } from '@dabba/service-kit';
import { uniquePrefix } from '@dabba/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { admit, redeem } from './feed/admission.ts';
import { lastPosition, touchedAfter } from './feed/changes.ts';
import { findOutlet } from './read-models/kitchen-outlets.ts';
import { ticketsAt } from './read-models/ticket-list.ts';
import { service } from './service.ts';
import { presentAt } from './ticket/present.ts';
import * as sample from './ticket/ticket.samples.ts';
import { evolve, type Ticket, type TicketEvent, ticketRef } from './ticket/ticket.ts';
import { renewSecret, secretsOf } from './webhook/secrets.ts';

const { noon } = sample;
const day = 24 * 3_600_000;
let deps: StoreDeps;
let opened: Connected<StoreDeps>;
beforeAll(async () => {
  const env = { ...process.env, LOG_LEVEL: 'fatal' };
  opened = await connect(service, { kafkaPrefix: uniquePrefix('kitchen_asked'), env });
  ({ deps } = opened);
});
afterAll(() => opened?.close());

it('X-18 a feed ticket lets in once, within thirty seconds, and old ones are forgotten', async () => {
  const to = { outletId: 'trk_1', principal: 'p' };
  const { ticket, expires_in } = await admit(deps.pool, to, noon);
  expect(expires_in).toBe(30);
  expect(await redeem(deps.pool, 'made-up', noon)).toBeUndefined();
  expect(await redeem(deps.pool, ticket, noon + 29_999)).toEqual(to);
  expect(await redeem(deps.pool, ticket, noon)).toBeUndefined();
  const late = await admit(deps.pool, to, noon);
  expect(await redeem(deps.pool, late.ticket, noon + 30_000)).toBeUndefined();
  await admit(deps.pool, to, noon + 30_001);
  expect((await deps.pool.query('select from feed_tickets')).rowCount).toBe(1);
});

it('S1-SVC-03 the secret before is good for a day more, that of another vendor for nothing', async () => {
  const first = await renewSecret(deps.db, 'vnd_1', noon);
  const other = await renewSecret(deps.db, 'vnd_2', noon);
  const second = await renewSecret(deps.db, 'vnd_1', noon);
  expect((await secretsOf(deps.db, 'vnd_1', noon + day - 1)).sort()).toEqual([first, second].sort());
  expect(await secretsOf(deps.db, 'vnd_1', noon + day)).toEqual([second]);
  expect(await secretsOf(deps.db, 'vnd_2', noon + 9 * day)).toEqual([other]);
  const third = await renewSecret(deps.db, 'vnd_1', noon + 2 * day);
  expect((await secretsOf(deps.db, 'vnd_1', noon + 2 * day)).sort()).toEqual([second, third].sort());
});

const story = (id: string, outletId: string, ...events: TicketEvent[]) => ({ id, outletId, events });
/** Of a ticket of its own, in a kitchen: which one a story is of its first event says. */
function as(ticketId: string, outletId: string, event: TicketEvent): TicketEvent {
  const own = { ticketId, outletId };
  if (event.type === 'TicketOpened') return { type: event.type, data: { ...event.data, ...own } };
  if (event.type === 'TicketAnnounced') return { type: event.type, data: { ...event.data, ...own } };
  return event;
}

it('X-18 X-01 a kitchen’s tickets are those of its own that may still be made or fetched, first to begin first', async () => {
  const { wasAnnounced, offered, wasOpened, cancelled, handedOver, rejected, ready, fired, started } = sample;
  const late: TicketEvent = { type: 'TicketOpened', data: sample.opened({ fireAt: noon + 3_600_000 }) };
  const tickets = [
    story('tkt_announced', 'trk_1', wasAnnounced),
    story('tkt_offered', 'trk_1', wasAnnounced, offered),
    story('tkt_late', 'trk_1', late),
    story('tkt_fired', 'trk_1', wasOpened, fired()),
    story('tkt_made', 'trk_1', wasOpened, fired(), started()),
    story('tkt_ready', 'trk_1', wasOpened, ready()),
    story('tkt_gone', 'trk_1', wasOpened, cancelled),
    story('tkt_away', 'trk_1', wasOpened, handedOver),
    story('tkt_no', 'trk_1', wasOpened, rejected),
    story('tkt_else', 'trk_2', wasOpened),
  ];
  const before = await lastPosition(deps.pool);
  for (const { id, outletId, events } of tickets) {
    const own = events.map((event) => as(id, outletId, event));
    const ref = ticketRef(id, 'sfo');
    await deps.store.transact([ref], (unit) => unit.append(ref, own), { actor: 'test', now: noon });
    const ticket = own.reduce<Ticket>(evolve, null);
    const fire_at = new Date(ticket?.fireAt ?? 0);
    const row = { ticket_id: id, outlet_id: outletId, status: ticket?.status, fire_at };
    await deps.db('ticket_list').insert({ ...row, ticket: JSON.stringify(ticket) });
  }
  const present = ['tkt_fired', 'tkt_made', 'tkt_offered', 'tkt_ready', 'tkt_late'];
  const ids = (found: readonly NonNullable<Ticket>[]) => found.map(({ ticketId }) => ticketId);
  expect(ids(await ticketsAt(deps.db, 'trk_1'))).toEqual(present);
  expect(ids(await ticketsAt(deps.db, 'trk_1', ['CANCELLED']))).toEqual(['tkt_gone']);
  expect(ids(await presentAt(deps.pool, deps.store, 'trk_1')).sort()).toEqual([...present].sort());
  expect(ids(await presentAt(deps.pool, deps.store, 'trk_2'))).toEqual(['tkt_else']);

  const last = await lastPosition(deps.pool);
  const touched = await touchedAfter(deps.pool, before);
  expect(touched).toEqual({ outlets: new Set(['trk_1', 'trk_2']), position: last });
  expect(await touchedAfter(deps.pool, last - 1)).toEqual({ outlets: new Set(['trk_2']), position: last });
  expect(await touchedAfter(deps.pool, last)).toEqual({ outlets: new Set(), position: last });
});

it('S2-SEC-01 a kitchen is found by its own id, with whose it is', async () => {
  const rows = ['trk_1', 'trk_2'].map((outlet_id) => ({
    outlet_id,
    vendor_id: `of_${outlet_id}`,
    metro: 'sfo',
  }));
  await deps.db('kitchen_outlets').insert(rows);
  expect(await findOutlet(deps.db, 'trk_2')).toEqual(rows[1]);
  expect(await findOutlet(deps.db, 'trk_3')).toBeUndefined();
});
