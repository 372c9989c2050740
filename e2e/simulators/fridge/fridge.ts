import { setTimeout as pause } from 'node:timers/promises';
import type { Command, Fact, FactBody, Hands } from './fact.ts';
import { Journal, type Remembered, remember } from './journal.ts';
import { Link } from './link.ts';

export interface FridgeOptions {
  /** `mqtt://127.0.0.1:1883` */
  url: string;
  clientId: string;
  clientSecret: string;
  metro: string;
  fridgeId: string;
  /** ISO 4217. */
  currency: string;
  /** File that outlives a crash. */
  journal: string;
  now?: () => number;
  /** Milliseconds between tries to connect. */
  retryAfter?: number;
}

/** Facts under way at once; the bridge acknowledges in order. */
const window = 64;

/**
 * A smart fridge as the bridge sees one: it writes down what it saw, and says it until it is acknowledged, in order and
 * under the same number, through cut wires, crashes and restarts.
 */
export class Fridge {
  readonly id: string;
  /** What the bridge found wrong with what it was sent. */
  readonly problems: Record<string, unknown>[] = [];
  /** As they came, repetitions included. */
  readonly commands: Command[] = [];
  locked = false;
  /** Leaves every OPEN unanswered. */
  ignoring = false;
  /** Milliseconds it takes to unlock, before it looks at the clock. */
  slowBy = 0;
  #hands: (session: Command) => Hands | Promise<Hands> = () => ({});
  /** What its antenna makes of what happened. */
  #antenna: (hands: Hands) => Hands = (hands) => hands;
  readonly #options: FridgeOptions;
  readonly #journal: Journal;
  readonly #link: Link;
  #memory: Remembered;
  readonly #opening = new Set<string>();
  #seq = 0;
  #sent = 0;
  #waiters: (() => void)[] = [];

  constructor(options: FridgeOptions) {
    this.id = options.fridgeId;
    this.#options = options;
    this.#journal = new Journal(options.journal);
    this.#memory = this.#boot();
    const { url, clientId, clientSecret, metro, fridgeId, retryAfter = 200 } = options;
    this.#link = new Link({
      url,
      clientId,
      clientSecret,
      retryAfter,
      topic: `dabba/${metro}/fridges/${fridgeId}`,
      onOpen: () => this.#send(),
      onClosed: () => {
        this.#sent = 0;
      },
      onMessage: (channel, body) => (channel === 'commands' ? this.#obey(body) : this.#complain(body)),
    });
  }

  /** Meal ids inside. */
  get inside(): ReadonlySet<string> {
    return this.#memory.inside;
  }

  get boot(): number {
    return this.#memory.boot;
  }

  get connected(): boolean {
    return this.#link.open;
  }

  /** Facts not yet acknowledged. */
  get pending(): number {
    return this.#memory.outbox.length;
  }

  stock(mealIds: readonly string[]): Fact[] {
    return this.#observe(mealIds.map((meal_id) => ({ type: 'meal_stocked', data: { meal_id } })));
  }

  /** @param price minor units */
  sell(mealId: string, customerId: string, price: number): Fact[] {
    if (!this.inside.has(mealId)) throw new Error(`${mealId} is not in ${this.id}`);
    const { currency } = this.#options;
    const data = { meal_id: mealId, customer_id: customerId, price, currency };
    return this.#observe([{ type: 'meal_sold', data }]);
  }

  /** Who stands before the door: told which session it is, says what went out and in before it is shut. */
  onOpen(hands: (session: Command) => Hands | Promise<Hands>): void {
    this.#hands = hands;
  }

  misread(antenna: (hands: Hands) => Hands): void {
    this.#antenna = antenna;
  }

  /** A door that nobody asked for was forced, and is shut again. */
  force(hands: Hands, door = '1'): Fact[] {
    return [...this.#observe([{ type: 'door_opened', data: { door } }]), ...this.#shut({ door }, hands)];
  }

  /** A tag is no longer read though every door is shut. */
  lose(mealId: string): Fact[] {
    return this.#observe([{ type: 'meal_missing', data: { meal_id: mealId } }]);
  }

  heartbeat(celsius?: number): Fact[] {
    return this.#observe([
      { type: 'heartbeat', data: celsius === undefined ? {} : { temperature_c: celsius } },
    ]);
  }

  /** Resolves when everything seen so far is acknowledged. */
  async drained(): Promise<void> {
    while (this.pending > 0) await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  reconnect(): void {
    this.#link.start();
  }

  /** Goes on seeing; says it later. */
  disconnect(): void {
    this.#link.stop();
  }

  /** Power off and on again: nothing but the journal is left, and the next boot begins, disconnected. */
  crash(): void {
    this.#link.stop(true);
    this.#memory = this.#boot();
  }

  #boot(): Remembered {
    const memory = this.#journal.read();
    memory.boot += 1;
    this.#seq = 0;
    this.#sent = 0;
    this.#journal.append({ boot: memory.boot });
    return memory;
  }

  #observe(bodies: readonly FactBody[]): Fact[] {
    const at = new Date((this.#options.now ?? Date.now)()).toISOString();
    const facts = bodies.map((body): Fact => {
      this.#seq += 1;
      return { boot: this.#memory.boot, seq: this.#seq, at, ...body };
    });
    this.#journal.append(...facts.map((fact) => ({ fact })));
    for (const fact of facts) remember(this.#memory, fact);
    this.#memory.outbox.push(...facts);
    this.#send();
    return facts;
  }

  /** As many from the front of the outbox as may be under way. */
  #send(): void {
    const { outbox } = this.#memory;
    while (this.#link.open && this.#sent < Math.min(window, outbox.length)) {
      const fact = outbox[this.#sent];
      if (!fact) return;
      this.#sent += 1;
      this.#link.publish(fact, () => this.#acknowledged(fact));
    }
  }

  #acknowledged(fact: Fact): void {
    const { outbox } = this.#memory;
    if (outbox[0] !== fact)
      throw new Error(`${this.id}: ${fact.boot}/${fact.seq} was acknowledged out of order`);
    outbox.shift();
    this.#sent -= 1;
    this.#journal.append({ acknowledged: { boot: fact.boot, seq: fact.seq } });
    for (const wake of this.#waiters.splice(0)) wake();
    this.#send();
  }

  #obey(body: unknown): void {
    if (!isCommand(body)) return;
    this.commands.push(body);
    if (this.#memory.done.has(body.command_id)) return;
    if (body.kind === 'OPEN') {
      void this.#open(body);
      return;
    }
    if (body.kind === 'LOCK') this.locked = true;
    if (body.kind === 'UNLOCK') this.locked = false;
    this.#observe([{ type: 'command_done', data: { command_id: body.command_id } }]);
  }

  /** Obeys each nonce once, and none that has expired. */
  async #open(command: Command): Promise<void> {
    const { command_id, session_id, nonce, door, expires_at } = command;
    if (this.ignoring || this.#opening.has(command_id)) return;
    this.#opening.add(command_id);
    if (this.slowBy > 0) await pause(this.slowBy);
    if (session_id === undefined || nonce === undefined || expires_at === undefined) return;
    const now = (this.#options.now ?? Date.now)();
    if (now >= Date.parse(expires_at) || this.#memory.nonces.has(nonce)) return;
    const asked = { session_id, ...(door !== undefined && { door }) };
    this.#observe([
      { type: 'command_done', data: { command_id } },
      { type: 'door_opened', data: { ...asked, nonce } },
    ]);
    this.#shut(asked, await this.#hands(command));
  }

  #shut(asked: { session_id?: string; door?: string }, hands: Hands): Fact[] {
    const { taken = [], added = [] } = this.#antenna(hands);
    return this.#observe([{ type: 'door_closed', data: { ...asked, taken, added } }]);
  }

  #complain(body: unknown): void {
    if (typeof body === 'object' && body !== null) this.problems.push({ ...body });
  }
}

function isCommand(body: unknown): body is Command {
  return (
    typeof body === 'object' && body !== null && 'command_id' in body && typeof body.command_id === 'string'
  );
}
