import type { JSONWebKeySet } from 'jose';
import { Alone, type Served } from './alone.ts';
import { Door } from './door.ts';
import { type Command, type Fact, type Hands, isCommand } from './fact.ts';
import { Link } from './link.ts';
import { Recorder } from './recorder.ts';

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
  /** Keys by which it knows its policies; without them it sells nothing by itself. */
  policyKeys?: JSONWebKeySet;
  now?: () => number;
  /** Milliseconds between tries to connect. */
  retryAfter?: number;
}

/**
 * A smart fridge as the bridge sees one: it writes down what it saw, and says it until it is acknowledged, in order and
 * under the same number, through cut wires, crashes and restarts. Alone it sells by the policy it was given last.
 */
export class Fridge {
  readonly id: string;
  /** What the bridge found wrong with what it was sent. */
  readonly problems: Record<string, unknown>[] = [];
  /** As they came, repetitions included. */
  readonly commands: Command[] = [];
  readonly #options: FridgeOptions;
  readonly #link: Link;
  readonly #recorder: Recorder;
  readonly #door: Door;
  readonly #alone: Alone;
  #drift = { clock: 0, celsius: 0 };

  constructor(options: FridgeOptions) {
    const { url, clientId, clientSecret, metro, fridgeId, policyKeys = { keys: [] } } = options;
    this.id = fridgeId;
    this.#options = options;
    this.#link = new Link({
      url,
      clientId,
      clientSecret,
      retryAfter: options.retryAfter ?? 200,
      topic: `dabba/${metro}/fridges/${fridgeId}`,
      onOpen: () => this.#recorder.found(),
      onClosed: () => this.#recorder.lost(),
      onMessage: (channel, body) => this.#hear(channel, body),
    });
    const now = () => this.now();
    this.#recorder = new Recorder({ fridgeId, journal: options.journal, link: this.#link, now });
    this.#door = new Door({
      observe: (bodies) => this.#recorder.observe(bodies),
      knows: (nonce) => this.#recorder.memory.nonces.has(nonce),
      now,
    });
    this.#alone = new Alone({ fridgeId, pinned: policyKeys, recorder: this.#recorder, now });
  }

  /** Meal ids inside. */
  get inside(): ReadonlySet<string> {
    return this.#recorder.memory.inside;
  }

  get boot(): number {
    return this.#recorder.memory.boot;
  }

  get connected(): boolean {
    return this.#link.open;
  }

  get locked(): boolean {
    return this.#recorder.memory.locked;
  }

  /** Facts not yet acknowledged. */
  get pending(): number {
    return this.#recorder.outbox.size;
  }

  /** Leaves every OPEN unanswered. */
  set ignoring(ignoring: boolean) {
    this.#door.ignoring = ignoring;
  }

  /** Milliseconds it takes to unlock, before it looks at the clock. */
  set slowBy(millis: number) {
    this.#door.slowBy = millis;
  }

  /** By its own clock. */
  now(): number {
    return (this.#options.now ?? Date.now)() + this.#drift.clock;
  }

  stock(mealIds: readonly string[]): Fact[] {
    return this.#recorder.observe(mealIds.map((meal_id) => ({ type: 'meal_stocked', data: { meal_id } })));
  }

  /** @param price minor units */
  sell(mealId: string, customerId: string, price: number): Fact[] {
    if (!this.inside.has(mealId)) throw new Error(`${mealId} is not in ${this.id}`);
    const { currency } = this.#options;
    const data = { meal_id: mealId, customer_id: customerId, price, currency };
    return this.#recorder.observe([{ type: 'meal_sold', data }]);
  }

  /** Sells by itself, if it reaches nobody and its policy allows what is wanted. @param hands what is taken in the end */
  async serve(token: string, wanted: readonly string[], hands: Hands = { taken: wanted }): Promise<Served> {
    if (this.connected) return { open: false, because: 'online' };
    return this.#alone.serve(token, wanted, () => this.#door.antenna(hands));
  }

  /** Version of the policy it would sell by; undefined: none it believes. */
  async policyVersion(): Promise<number | undefined> {
    return (await this.#alone.policy())?.version;
  }

  /** Who stands before the door: told which session it is, says what went out and in before it is shut. */
  onOpen(hands: (session: Command) => Hands | Promise<Hands>): void {
    this.#door.hands = hands;
  }

  misread(antenna: (hands: Hands) => Hands): void {
    this.#door.antenna = antenna;
  }

  /** From now on its clock and its thermometer are off by so much. @param by milliseconds and degrees */
  drift(by: { clock?: number; celsius?: number }): void {
    this.#drift = { ...this.#drift, ...by };
  }

  /** Somebody changes the oldest entry of its journal that nobody has seen yet, and nothing of what follows from it. */
  lie(alter: (fact: Fact) => Fact): Fact {
    return this.#recorder.forge(alter);
  }

  /** Says its last acknowledged facts once more. */
  replay(count = 100): Fact[] {
    return this.#recorder.replay(count);
  }

  /** A door that nobody asked for was forced, and is shut again. */
  force(hands: Hands, door = '1'): Fact[] {
    return [
      ...this.#recorder.observe([{ type: 'door_opened', data: { door } }]),
      ...this.#door.shut({ door }, hands),
    ];
  }

  /** A tag is no longer read though every door is shut. */
  lose(mealId: string): Fact[] {
    return this.#recorder.observe([{ type: 'meal_missing', data: { meal_id: mealId } }]);
  }

  heartbeat(celsius?: number): Fact[] {
    const data = celsius === undefined ? {} : { temperature_c: celsius + this.#drift.celsius };
    return this.#recorder.observe([{ type: 'heartbeat', data }]);
  }

  /** Resolves when everything seen so far is acknowledged. */
  drained(): Promise<void> {
    return this.#recorder.outbox.drained();
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
    this.#recorder.boot();
    this.#link.stop(true);
  }

  #hear(channel: 'commands' | 'problems' | 'policy', body: unknown): void {
    if (typeof body !== 'object' || body === null) return;
    if (channel === 'problems') this.problems.push({ ...body });
    else if (channel === 'policy') void this.#alone.believe(body);
    else if (isCommand(body)) this.#obey(body);
  }

  #obey(command: Command): void {
    this.commands.push(command);
    const { kind, command_id } = command;
    if (this.#recorder.memory.done.has(command_id)) return;
    if (kind === 'OPEN') {
      void this.#door.open(command);
      return;
    }
    if (kind === 'LOCK' || kind === 'UNLOCK')
      this.#recorder.write({ locked: kind === 'LOCK', at: this.now() });
    this.#recorder.observe([{ type: 'command_done', data: { command_id } }]);
  }
}
