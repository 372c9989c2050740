import type { EventStore } from '@dabba/event-store';
import type { WebSocket } from '@fastify/websocket';
import type { Pool } from 'pg';
import { atATime, changesAfter, snapshot } from './changes.ts';

/** Bytes that may wait for a slow screen; beyond that it gets what is newest when it has caught up. */
const bufferedAtMost = 256 * 1024;

/**
 * One screen of a kitchen. It is told what each ticket is like now, in the order of `seq`, from the one it names on; what changes twice
 * while it is told something else is told once, so however slow it is nothing piles up.
 */
export class Screen {
  readonly outletId: string;
  readonly #socket: WebSocket;
  readonly #pool: Pool;
  readonly #store: EventStore;
  #seq: number | undefined;
  #dirty = true;
  #telling = false;

  /** @param after the last `seq` it knows; undefined: it knows nothing */
  constructor(socket: WebSocket, outletId: string, after: number | undefined, pool: Pool, store: EventStore) {
    this.#socket = socket;
    this.outletId = outletId;
    this.#seq = after;
    this.#pool = pool;
    this.#store = store;
  }

  /** Something has changed, or there is room again. */
  wake(changed: boolean): void {
    this.#dirty ||= changed;
    if (!this.#dirty || this.#telling || this.#socket.bufferedAmount > bufferedAtMost) return;
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
    this.#dirty = false;
    if (this.#seq === undefined) {
      const { seq, tickets } = await snapshot(this.#pool, this.#store, this.outletId);
      this.#send({ type: 'snapshot', seq, tickets });
      this.#seq = seq;
    }
    const changes = await changesAfter(this.#pool, this.#store, this.outletId, this.#seq);
    for (const { seq, ticket } of changes) {
      this.#send({ type: 'ticket', seq, ticket });
      this.#seq = seq;
    }
    if (changes.length === atATime) this.#dirty = true;
  }

  #send(message: object): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}
