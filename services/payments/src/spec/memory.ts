import type { Event } from '@dabba/contracts';
import type { Loaded, StreamRef, StreamType, TaskRequest, UnitOfWork } from '@dabba/event-store';

interface Kept<S> {
  by: object;
  state: S;
  version: number;
}

/** Streams kept as the store keeps them, without one: what reactions do can be played in any order in no time. */
export class Memory implements UnitOfWork {
  readonly #streams = new Map<string, Kept<unknown>>();
  readonly events: Event[] = [];
  readonly tasks: TaskRequest[] = [];

  load<S, E extends Event>({ type, id }: StreamRef<S, E>): Loaded<S> {
    const { state, version } = this.#kept(id, type);
    return { state, version };
  }

  append<S, E extends Event>({ type, id }: StreamRef<S, E>, events: readonly E[]): S {
    const kept = this.#kept(id, type);
    for (const event of events) {
      kept.state = type.evolve(kept.state, event);
      kept.version++;
      this.events.push(event);
    }
    return kept.state;
  }

  enqueue(task: TaskRequest): void {
    this.tasks.push(task);
  }

  #kept<S, E extends Event>(id: string, type: StreamType<S, E>): Kept<S> {
    const known = this.#streams.get(id);
    if (known && isOf(known, type)) return known;
    const fresh = { by: type, state: type.initial(), version: 0 };
    this.#streams.set(id, fresh);
    return fresh;
  }
}

function isOf<S, E extends Event>(kept: Kept<unknown>, type: StreamType<S, E>): kept is Kept<S> {
  return kept.by === type;
}
