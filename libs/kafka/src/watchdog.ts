import type { Link } from './link.ts';
import { logRanges, outOfLog } from './log-range.ts';
import type { Member } from './member.ts';
import { keyOf, type PartitionState } from './partition-state.ts';
import type { SubscribeOptions } from './types.ts';

/** A group may take this long to admit a member: others finish their batches first. Milliseconds. */
const joinPatience = 60_000;

export interface Watched {
  member(): Member | undefined;
  silent(reason: string): void;
}

/**
 * Compares what a member reached with the ends of the log (P9): behind, unmoved and idle for the silence limit means that
 * kafkajs stopped fetching. Notices a log that was cut or replaced as well (P3).
 */
export class Watchdog {
  readonly #link: Link;
  readonly #topics: readonly string[];
  readonly #limit: number;
  readonly #watched: Watched;
  readonly #timer: NodeJS.Timeout;
  #looking = false;
  #quiet = new Map<string, { position: number; since: number }>();
  #seen: { member: Member; since: number } | undefined;

  constructor(link: Link, options: SubscribeOptions, watched: Watched) {
    this.#link = link;
    this.#topics = options.topics;
    this.#limit = options.silenceLimit ?? 10_000;
    this.#watched = watched;
    this.#timer = setInterval(() => void this.#tick(), Math.max(100, this.#limit / 4));
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #tick(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      const member = this.#watched.member();
      if (member) await this.#look(member);
    } catch {
      // Kafka away: nothing can be said about silence.
      this.#quiet.clear();
    } finally {
      this.#looking = false;
    }
  }

  async #look(member: Member): Promise<void> {
    if (this.#seen?.member !== member) {
      this.#seen = { member, since: Date.now() };
      this.#quiet.clear();
    }
    if (!member.joined) {
      if (Date.now() - this.#seen.since > Math.max(joinPatience, 3 * this.#limit)) {
        this.#watched.silent('the group was not joined');
        this.#seen = undefined;
      }
      return;
    }
    // What waits on purpose has not been silent.
    for (const state of member.states()) {
      if (!watchable(state)) this.#quiet.delete(keyOf(state.topic, state.partition));
    }
    for (const topic of this.#topics) {
      const states = member.states().filter((state) => state.topic === topic && watchable(state));
      if (states.length === 0) continue;
      const before = new Map(states.map((state) => [state, state.position]));
      const ranges = await logRanges(this.#link.admin, this.#link.names.outer(topic), 5_000);
      if (this.#watched.member() !== member) return;
      for (const state of states) {
        const range = ranges.get(state.partition);
        // Moved while the question was asked: the answer says nothing about it.
        if (!range || state.position === undefined || state.position !== before.get(state)) {
          this.#quiet.delete(keyOf(state.topic, state.partition));
          continue;
        }
        const reason = outOfLog(state.position, range);
        if (reason !== undefined && !state.handling) member.stopPartition(state, reason);
        state.highWatermark = range.high;
        if (this.#silent(member, state, state.position, range.high)) {
          this.#quiet.clear();
          return this.#watched.silent(`nothing from ${topic}/${state.partition} though it has more`);
        }
      }
    }
  }

  #silent(member: Member, state: PartitionState, position: number, high: number): boolean {
    const key = keyOf(state.topic, state.partition);
    // kafkajs fetches again only when every batch in hand is done.
    const busy = member.states().some(({ handling }) => handling);
    if (position >= high || busy || !watchable(state)) {
      this.#quiet.delete(key);
      return false;
    }
    const quiet = this.#quiet.get(key);
    if (quiet?.position !== position) {
      this.#quiet.set(key, { position, since: Date.now() });
      return false;
    }
    return Date.now() - quiet.since >= this.#limit;
  }
}

function watchable(state: PartitionState): boolean {
  const waits = state.held || state.backOff !== undefined;
  return state.position !== undefined && state.stopped === undefined && !waits;
}
