import { type Client, clientOf } from '../platform/client.ts';
import type { DemoCredential } from '../platform/credentials.ts';
import type { Chance } from './chance.ts';

const minute = 60_000;
/** A customer who asked for more doors than this lately stays away; the platform would refuse the next but one. */
const doorsLately = 9;

interface Person {
  client: Client;
  busy: boolean;
  /** When they asked for doors. */
  doors: number[];
}

/** The customers of a metro. Each does one thing at a time, and nobody comes so often that a limit bites. */
export class People {
  readonly #people: Person[];

  constructor(gateway: string, credentials: readonly DemoCredential[]) {
    this.#people = credentials.map((who) => ({ client: clientOf(gateway, who), busy: false, doors: [] }));
  }

  get size(): number {
    return this.#people.length;
  }

  /** Somebody who is free, one of those who came least often; undefined where nobody is. */
  async visit<T>(chance: Chance, go: (client: Client) => Promise<T>): Promise<T | undefined> {
    const now = Date.now();
    const free = this.#people.filter((one) => !one.busy && lately(one, now) < doorsLately);
    const least = Math.min(...free.map((one) => lately(one, now)));
    const person = chance.pick(free.filter((one) => lately(one, now) === least));
    if (!person) return undefined;
    person.doors = [...person.doors.filter((at) => at > now - 10 * minute), now];
    return busyWith(person, go);
  }

  /** Anybody who is free, for something else than a door. */
  async errand<T>(chance: Chance, go: (client: Client) => Promise<T>): Promise<T | undefined> {
    const person = chance.pick(this.#people.filter(({ busy }) => !busy));
    return person && busyWith(person, go);
  }
}

async function busyWith<T>(person: Person, go: (client: Client) => Promise<T>): Promise<T> {
  person.busy = true;
  try {
    return await go(person.client);
  } finally {
    person.busy = false;
  }
}

function lately({ doors }: Person, now: number): number {
  return doors.filter((at) => at > now - 10 * minute).length;
}
