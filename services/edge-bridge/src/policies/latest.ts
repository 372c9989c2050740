import type { Event, Instant } from '@dabba/contracts';

type Issued = Event<'OfflinePolicyIssued'>['data'];

/** What a fridge reads on its policy topic: the JWS says the rest, and is all it believes. */
export interface PolicyMessage {
  version: number;
  policy: string;
}

/** What is kept of the latest policy of a fridge. */
export type KnownPolicy = Pick<Issued, 'fridgeId' | 'version' | 'policy' | 'validUntil'>;

/** The fold of the `fridges` topic that lets a fridge sell by itself: the latest policy of each. */
export class LatestPolicies {
  readonly #byFridge = new Map<string, PolicyMessage & { validUntil: Instant }>();

  /** Whether it is news. */
  apply({ fridgeId, version, policy, validUntil }: KnownPolicy): boolean {
    if (version <= (this.#byFridge.get(fridgeId)?.version ?? 0)) return false;
    this.#byFridge.set(fridgeId, { version, policy, validUntil });
    return true;
  }

  /** Undefined where there is none that a fridge would still take. */
  of(fridgeId: string, now: Instant): PolicyMessage | undefined {
    const latest = this.#byFridge.get(fridgeId);
    if (latest === undefined || latest.validUntil <= now) return undefined;
    return { version: latest.version, policy: latest.policy };
  }

  /** Also those that have run out: an older one that comes again is no news. */
  all(): KnownPolicy[] {
    return [...this.#byFridge].map(([fridgeId, known]) => ({ fridgeId, ...known }));
  }

  get size(): number {
    return this.#byFridge.size;
  }
}
