import { isRefusal } from '@dabba/event-store';
import { decider } from '@dabba/testing/decider';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideTicket, type TicketCommand } from './decide.ts';
import * as sample from './ticket.samples.ts';
import { type Ticket, type TicketEvent, ticketStream } from './ticket.ts';

const ticket = decider(ticketStream, decideTicket);
const {
  noon: now,
  wasOpened,
  fired,
  started,
  bumped,
  recalled,
  ready,
  handedOver,
  rejected,
  cancelled,
} = sample;
const isStarted = [wasOpened, fired(), started()];
const isReady = [...isStarted, bumped('taco', 'grill'), bumped('drink', 'bar'), ready()];
const bump = (lineId: string, at = now): TicketCommand => ({ do: 'bump', lineId, at });
const recall = (lineId: string, at = now): TicketCommand => ({ do: 'recall', lineId, at });

describe('X-18 a ticket', () => {
  it('is opened once, and fired when it is time', () => {
    const open: TicketCommand = { do: 'open', opened: sample.opened(), now };
    ticket.given([]).when(open).then([wasOpened]);
    ticket.given([wasOpened]).when(open).thenNothing();
    const due = sample.opened({ fireAt: now });
    ticket
      .given([])
      .when({ do: 'open', opened: due, now })
      .then([{ type: 'TicketOpened', data: due }, fired()]);
    ticket.given([wasOpened]).when({ do: 'fire', early: false, now }).thenNothing();
    ticket
      .given([wasOpened])
      .when({ do: 'fire', early: false, now: now + 60_000 })
      .then([fired(now + 60_000)]);
    ticket.given([wasOpened]).when({ do: 'fire', early: true, now }).then([fired()]);
    ticket.given([wasOpened, fired()]).when({ do: 'fire', early: true, now }).thenNothing();
  });
  it('X-01 whose vendor confirms by hand is shown once it is paid, and made once it is taken', () => {
    const { data: announced, type } = sample.wasAnnounced;
    if (type !== 'TicketAnnounced') throw new Error('Not announced');
    const announce: TicketCommand = { do: 'announce', announced, now };
    const offer: TicketCommand = { do: 'offer', now };
    const open: TicketCommand = { do: 'open', opened: sample.opened(), now };
    const known = [sample.wasAnnounced];
    const shown = [...known, sample.offered];
    ticket.given([]).when(announce).then(known);
    ticket.given(known).when(announce).thenNothing();
    ticket.given([wasOpened]).when(announce).thenNothing();
    ticket.given(known).when(offer).then([sample.offered]);
    for (const story of [shown, [...shown, wasOpened], [wasOpened]])
      ticket.given(story).when(offer).thenNothing();
    for (const story of [known, shown]) {
      ticket.given(story).when(open).then([wasOpened]);
      for (const command of ['start', 'complete', 'hand-over'] as const)
        ticket.given(story).when({ do: command, now }).thenRefused('ticket-not-accepted');
      ticket.given(story).when(bump('taco')).thenRefused('ticket-not-accepted');
      ticket.given(story).when({ do: 'fire', early: true, now }).thenRefused('ticket-not-accepted');
    }
    const reject: TicketCommand = { do: 'reject', reason: 'no oil', now };
    ticket.given(known).when(reject).thenRefused('ticket-not-accepted');
    ticket.given(known).when({ do: 'cancel', now }).thenNothing();
    ticket.given(shown).when(reject).then([rejected]);
    ticket.given(shown).when({ do: 'cancel', now }).then([cancelled]);
    for (const end of [rejected, cancelled])
      ticket
        .given([...shown, end])
        .when(open)
        .thenNothing();
    expect(ticket.given(shown).state?.status).toBe('OFFERED');
    expect(ticket.given([...shown, wasOpened]).state?.status).toBe('OPEN');
  });
  it('begins with the first thing somebody does about it, and is ready with the last', () => {
    ticket
      .given([wasOpened])
      .when(bump('taco'))
      .then([fired(), started(), bumped('taco', 'grill')]);
    ticket
      .given([...isStarted, bumped('taco', 'grill')])
      .when(bump('drink'))
      .then([bumped('drink', 'bar'), ready()]);
    ticket.given([wasOpened]).when({ do: 'start', now }).then([fired(), started()]);
    ticket.given(isStarted).when({ do: 'start', now }).thenNothing();
    ticket.given(isStarted).when(bump('soup')).thenRefused('line-unknown');
  });
  it('is not ready any more when a line is recalled', () => {
    ticket
      .given(isReady)
      .when(recall('taco', now + 1))
      .then([recalled('taco', 'grill', now + 1)]);
    const again = ticket.given([...isReady, recalled('taco', 'grill', now + 1)]);
    expect(again.state?.status).toBe('STARTED');
    again.when(bump('taco', now + 2)).then([bumped('taco', 'grill', now + 2), ready(now + 2)]);
  });
  it('can be done as a whole', () => {
    ticket
      .given([wasOpened, fired()])
      .when({ do: 'complete', now })
      .then([started(), bumped('taco', 'grill'), bumped('drink', 'bar'), ready()]);
    ticket.given(isReady).when({ do: 'complete', now }).thenNothing();
  });
  it('is handed over when it is ready, and then over', () => {
    ticket.given(isReady).when({ do: 'hand-over', now }).then([handedOver]);
    ticket.given(isStarted).when({ do: 'hand-over', now }).thenRefused('ticket-not-ready');
    ticket
      .given([...isReady, handedOver])
      .when({ do: 'hand-over', now })
      .thenNothing();
    ticket
      .given([...isReady, handedOver])
      .when(recall('taco', now + 1))
      .thenNothing();
    ticket
      .given([...isReady, handedOver])
      .when({ do: 'cancel', now })
      .thenNothing();
    ticket
      .given([...isReady, handedOver])
      .when({ do: 'start', now })
      .thenRefused('ticket-over');
  });
  it('can be rejected until it is ready, and is cancelled with its order', () => {
    const reject: TicketCommand = { do: 'reject', reason: 'no oil', now };
    ticket.given([wasOpened]).when(reject).then([rejected]);
    ticket.given(isStarted).when(reject).then([rejected]);
    ticket.given(isReady).when(reject).thenRefused('ticket-over');
    ticket.given([wasOpened]).when({ do: 'cancel', now }).then([cancelled]);
    ticket.given([wasOpened, cancelled]).when({ do: 'cancel', now }).thenNothing();
    ticket.given([wasOpened, cancelled]).when(reject).thenRefused('ticket-over');
    for (const command of ['fire', 'complete'] as const)
      ticket.given([wasOpened, rejected]).when({ do: command, early: true, now }).thenRefused('ticket-over');
    ticket.given([]).when(bump('taco')).thenRefused('ticket-unknown');
  });
  it('is estimated while it is not ready, where that is news', () => {
    const estimatedReady = now + 900_000;
    const estimate: TicketCommand = { do: 'estimate', estimatedReady, now };
    const { ticketId, orderId } = sample.about;
    const told: TicketEvent = {
      type: 'TicketEstimated',
      data: { ticketId, orderId, estimatedReady, estimatedAt: now },
    };
    ticket.given(isStarted).when(estimate).then([told]);
    ticket
      .given([...isStarted, told])
      .when(estimate)
      .thenNothing();
    ticket.given(isReady).when(estimate).thenNothing();
  });
});

describe('kitchen on LAN', () => {
  const word = fc.record({
    what: fc.constantFrom('bump' as const, 'recall' as const),
    lineId: fc.constantFrom('taco', 'drink'),
    at: fc.integer({ min: now, max: now + 6 }),
  });
  const words = fc.array(word, { maxLength: 12 });

  function told(
    all: readonly { what: 'bump' | 'recall'; lineId: string; at: number }[],
  ): NonNullable<Ticket> {
    let state: Ticket = ticketStream.evolve(ticketStream.initial(), wasOpened);
    for (const { what, lineId, at } of all) {
      const events = decideTicket(state, { do: what, lineId, at });
      if (isRefusal(events)) throw new Error(events.detail);
      state = events.reduce<Ticket>(ticketStream.evolve, state);
    }
    if (state === null) throw new Error('A ticket is never lost');
    return state;
  }
  const outcome = ({ lines, status }: NonNullable<Ticket>) => [status, lines.map(({ done }) => done)];

  it('screens that were apart come to the same, in whatever order and however often their words arrive', () => {
    const shuffled = words.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 })),
    );
    fc.assert(
      fc.property(shuffled, ([all, other]) => {
        expect(outcome(told(other))).toEqual(outcome(told(all)));
      }),
      { numRuns: 2_000 },
    );
  });
  it('a ticket is ready exactly while all its lines are done', () => {
    fc.assert(
      fc.property(words, (all) => {
        const { status, lines } = told(all);
        expect(status === 'READY').toBe(lines.every(({ done }) => done));
      }),
    );
  });
});
