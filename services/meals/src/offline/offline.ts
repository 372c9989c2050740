import type { Event, Instant } from '@dabba/contracts';
import type { StreamRef, StreamType } from '@dabba/event-store';
import { customerWindow, type OfflineSale, type Terms } from './rules/index.ts';

export type OfflineEvent = Event<'OfflinePolicyIssued' | 'OfflineSaleReconciled' | 'FridgeJournalBroken'>;

/** A policy as sales under it are judged, however late they are told. */
export interface IssuedTerms extends Terms {
  version: number;
  denyVersion: number;
  issuedAt: Instant;
}

/** What a fridge was allowed to do alone, and what it did. */
export interface Offline {
  /** Of the policy issued last; 0: none yet. */
  version: number;
  /** The policy issued last, signed. */
  latest: string | null;
  /** Oldest first. */
  policies: readonly IssuedTerms[];
  /** Of the last day by the fridge's clock, in the order it told them. */
  sales: readonly OfflineSale[];
  /** Entries of its journal that did not follow, `boot/seq`, the newest last. */
  breaks: readonly string[];
}

/** A fridge may tell of its sales for so long after the policy has run out. */
const policiesKept = 7 * 24 * 3_600_000;
const breaksKept = 200;

export const offlineStream: StreamType<Offline, OfflineEvent> = {
  name: 'offline',
  revision: 1,
  initial: () => ({ version: 0, latest: null, policies: [], sales: [], breaks: [] }),
  evolve(offline, { type, data }) {
    switch (type) {
      case 'OfflinePolicyIssued': {
        const { version, denyVersion, issuedAt, validUntil, perCustomer, perFridgeHour, policy } = data;
        const terms = { version, denyVersion, issuedAt, validUntil, perCustomer, perFridgeHour };
        const known = offline.policies.filter((each) => each.validUntil > issuedAt - policiesKept);
        return { ...offline, version, latest: policy, policies: [...known, terms] };
      }
      case 'OfflineSaleReconciled': {
        const { customerId, price: amount, soldAt: at } = data;
        const recent = offline.sales.filter((sale) => sale.at > at - customerWindow);
        return { ...offline, sales: [...recent, { customerId, amount, at }] };
      }
      case 'FridgeJournalBroken':
        return { ...offline, breaks: [...offline.breaks, breakName(data)].slice(-breaksKept) };
      default:
        return type satisfies never;
    }
  },
};

/** Beside the fridge's own stream: a journal of hours must not make commands to the fridge wait. */
export function offlineRef(fridgeId: string, metro: string): StreamRef<Offline, OfflineEvent> {
  return { type: offlineStream, id: `offline:${fridgeId}`, metro };
}

export function breakName({ boot, seq }: { boot: number; seq: number }): string {
  return `${boot}/${seq}`;
}
