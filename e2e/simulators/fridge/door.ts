import { setTimeout as pause } from 'node:timers/promises';
import type { Command, Fact, FactBody, Hands } from './fact.ts';

type ClosedBody = Extract<FactBody, { type: 'door_closed' }>['data'];

export interface DoorOptions {
  observe(bodies: readonly FactBody[]): Fact[];
  /** Whether a door was opened for this nonce before. */
  knows(nonce: string): boolean;
  now(): number;
}

/** The doors as somebody uses them who was let in from afar. */
export class Door {
  /** Leaves every OPEN unanswered. */
  ignoring = false;
  /** Milliseconds it takes to unlock, before it looks at the clock. */
  slowBy = 0;
  hands: (session: Command) => Hands | Promise<Hands> = () => ({});
  /** What its antenna makes of what happened. */
  antenna: (hands: Hands) => Hands = (hands) => hands;
  readonly #options: DoorOptions;
  readonly #opening = new Set<string>();
  /** Doors somebody stands at. */
  readonly #open = new Set<string>();

  constructor(options: DoorOptions) {
    this.#options = options;
  }

  /** Obeys each nonce once, and none that has expired or is for a door that stands open: what goes out of it is of who opened it. */
  async open(command: Command): Promise<void> {
    const { command_id, session_id, nonce, door, expires_at } = command;
    if (this.ignoring || this.#opening.has(command_id)) return;
    this.#opening.add(command_id);
    if (this.slowBy > 0) await pause(this.slowBy);
    if (session_id === undefined || nonce === undefined || expires_at === undefined) return;
    const { observe, knows, now } = this.#options;
    if (now() >= Date.parse(expires_at) || knows(nonce)) return;
    const which = door ?? '1';
    if (this.#open.has(which)) {
      this.#opening.delete(command_id);
      return;
    }
    this.#open.add(which);
    const asked = { session_id, nonce, ...(door !== undefined && { door }) };
    const [, opened] = observe([
      { type: 'command_done', data: { command_id } },
      { type: 'door_opened', data: asked },
    ]);
    try {
      const hands = await this.hands(command);
      this.shut({ ...asked, ...(opened && { opened_at: opened.at }) }, hands);
    } finally {
      this.#open.delete(which);
    }
  }

  shut(asked: Pick<ClosedBody, 'session_id' | 'nonce' | 'door' | 'opened_at'>, hands: Hands): Fact[] {
    const { taken = [], added = [] } = this.antenna(hands);
    return this.#options.observe([{ type: 'door_closed', data: { ...asked, taken, added } }]);
  }
}
