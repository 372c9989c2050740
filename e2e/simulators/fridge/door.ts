import { setTimeout as pause } from 'node:timers/promises';
import type { Command, Fact, FactBody, Hands } from './fact.ts';

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

  constructor(options: DoorOptions) {
    this.#options = options;
  }

  /** Obeys each nonce once, and none that has expired. */
  async open(command: Command): Promise<void> {
    const { command_id, session_id, nonce, door, expires_at } = command;
    if (this.ignoring || this.#opening.has(command_id)) return;
    this.#opening.add(command_id);
    if (this.slowBy > 0) await pause(this.slowBy);
    if (session_id === undefined || nonce === undefined || expires_at === undefined) return;
    const { observe, knows, now } = this.#options;
    if (now() >= Date.parse(expires_at) || knows(nonce)) return;
    const asked = { session_id, ...(door !== undefined && { door }) };
    observe([
      { type: 'command_done', data: { command_id } },
      { type: 'door_opened', data: { ...asked, nonce } },
    ]);
    this.shut(asked, await this.hands(command));
  }

  shut(asked: { session_id?: string; door?: string }, hands: Hands): Fact[] {
    const { taken = [], added = [] } = this.antenna(hands);
    return this.#options.observe([{ type: 'door_closed', data: { ...asked, taken, added } }]);
  }
}
