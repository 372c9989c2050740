import { ignore, messageOf, within } from './deadline.ts';
import type { Link } from './link.ts';
import { Member, type MemberOptions } from './member.ts';
import type { PartitionStatus, Subscription } from './types.ts';
import { Watchdog } from './watchdog.ts';

const stopPatience = 5_000;

/** Keeps one member of the group alive: starts it, replaces it when it crashes or is silent (P9), until stopped. */
export class KafkajsSubscription implements Subscription {
  readonly ready: Promise<void>;
  readonly #link: Link;
  readonly #options: MemberOptions;
  readonly #stoppedPartitions = new Map<string, string>();
  readonly #watchdog: Watchdog;
  #member: Member;
  #replacing: Promise<void> | undefined;
  #restart: NodeJS.Timeout | undefined;
  #stopped = false;
  #joined = () => {};
  #abandoned: (reason: Error) => void = () => {};

  constructor(link: Link, options: MemberOptions) {
    this.#link = link;
    this.#options = options;
    this.ready = new Promise((resolve, reject) => {
      this.#joined = resolve;
      this.#abandoned = reject;
    });
    this.ready.catch(ignore);
    this.#member = this.#newMember();
    this.#watchdog = new Watchdog(link, options, {
      member: () => (this.#replacing ? undefined : this.#member),
      silent: (reason) => this.#replace(reason),
    });
  }

  status(): PartitionStatus[] {
    return this.#member.states().map(({ topic, partition, position, highWatermark, stopped }) => ({
      topic,
      partition,
      position,
      highWatermark,
      ...(stopped === undefined ? {} : { stopped }),
    }));
  }

  /** Group offsets, for lag tools. */
  commit(reached: readonly { topic: string; partition: number; position: number }[]): void {
    for (const { topic, partition, position } of reached) this.#member.commit(topic, partition, position);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#watchdog.stop();
    clearTimeout(this.#restart);
    this.#abandoned(new Error(`The subscription ${this.#options.group} was stopped`));
    await this.#replacing;
    await within(2 * stopPatience, 'Leaving the group', this.#member.stop()).catch(ignore);
  }

  #newMember(): Member {
    const member = new Member(this.#link, this.#options, this.#stoppedPartitions, {
      joined: () => this.#joined(),
      crashed: (error) => this.#replaceSoon(member, messageOf(error)),
    });
    member.start().catch((error) => this.#replaceSoon(member, messageOf(error)));
    return member;
  }

  #replaceSoon(member: Member, reason: string): void {
    if (this.#stopped || member !== this.#member) return;
    clearTimeout(this.#restart);
    this.#restart = setTimeout(() => this.#replace(reason), 1_000);
  }

  #replace(reason: string): void {
    if (this.#stopped || this.#replacing) return;
    clearTimeout(this.#restart);
    this.#link.log.warn({ group: this.#options.group, reason }, 'consumer is replaced');
    const old = this.#member;
    this.#replacing = within(stopPatience, 'Leaving the group', old.stop())
      .catch(ignore)
      .then(() => {
        this.#replacing = undefined;
        if (!this.#stopped) this.#member = this.#newMember();
      });
  }
}
