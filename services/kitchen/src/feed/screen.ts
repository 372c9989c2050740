import type { EventStore } from '@dabba/event-store';
import type { WebSocket } from '@fastify/websocket';
import type { Pool } from 'pg';
import type { Shown, TicketView, Told } from '../doors/view.ts';
import { atATime, changesAfter, snapshot } from './changes.ts';

export interface ScreenParts {
  pool: Pool;
  store: EventStore;
  shown: Shown;
}

/** Bytes that may wait for a slow screen; beyond that it gets what is newest when it has caught up. */
const bufferedAtMost = 256 * 1024;

/**
 * One screen of a kitchen. It is told what each ticket is like now, in the order of `seq`, from the one it names on; what changes twice
 * while it is told something else is told once, so however slow it is nothing piles up. A ticket whose wishes could not be asked for is told
 * again, in the place of what it was told last, when they can.
 */
export class Screen {
  readonly outletId: string;
  readonly #socket: WebSocket;
  readonly #parts: ScreenParts;
  /** Tickets it was told without their wishes. */
  readonly #owed = new Map<string, Told>();
  #seq: number | undefined;
  #dirty = true;
  #telling = false;

  /** @param after the last `seq` it knows; undefined: it knows nothing */
  constructor(socket: WebSocket, outletId: string, after: number | undefined, parts: ScreenParts) {
    this.#socket = socket;
    this.outletId = outletId;
    this.#seq = after;
    this.#parts = parts;
  }

  /** Something has changed, or there is room again. */
  wake(changed: boolean): void {
    this.#dirty ||= changed;
    const nothing = !this.#dirty && this.#owed.size === 0;
    if (nothing || this.#telling || this.#socket.bufferedAmount > bufferedAtMost) return;
    this.#telling = true;
    void this.#tell()
      .catch(() => {
        this.#dirty = true;
      })
      .finally(() => {
        this.#telling = false;
      });
  }

  async #tell(): Promise<void> {
    if (this.#dirty) await this.#tellChanges();
    const owed = await this.#parts.shown.all([...this.#owed.values()]);
    for (const ticket of owed.filter(({ requests_known }) => requests_known)) {
      this.#owed.delete(ticket.id);
      this.#send({ type: 'ticket', seq: this.#seq, ticket });
    }
  }

  async #tellChanges(): Promise<void> {
    const { pool, store } = this.#parts;
    this.#dirty = false;
    if (this.#seq === undefined) {
      const { seq, tickets } = await snapshot(pool, store, this.outletId);
      this.#send({ type: 'snapshot', seq, tickets: await this.#shown(tickets) });
      this.#seq = seq;
    }
    const changes = await changesAfter(pool, store, this.outletId, this.#seq);
    const tickets = await this.#shown(changes.map(({ ticket }) => ticket));
    for (const [at, { seq }] of changes.entries()) {
      this.#send({ type: 'ticket', seq, ticket: tickets[at] });
      this.#seq = seq;
    }
    if (changes.length === atATime) this.#dirty = true;
  }

  async #shown(told: readonly Told[]): Promise<TicketView[]> {
    const tickets = await this.#parts.shown.all(told);
    for (const [at, ticket] of told.entries())
      if (tickets[at]?.requests_known) this.#owed.delete(ticket.id);
      else this.#owed.set(ticket.id, ticket);
    return tickets;
  }

  #send(message: object): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}
