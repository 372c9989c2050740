import { type EventStore, keepNewest } from '@dabba/event-store';
import { Problem } from '@dabba/service-kit';
import { type Contract, contractRef, refusalOf } from './contract.ts';
import type { LoadContract } from './load.ts';

type Signed = NonNullable<Contract>;

export interface ContractBook {
  /**
   * The client's contract. Where that is for reading only, each time counts against its quota: reading is what was agreed on. Who hands in
   * as well is held to its documents alone, so nobody pays for asking what became of one.
   * @throws Problem 403 `no-contract` where it does not allow that now, 429 `over-quota`
   */
  allow(clientId: string, need: 'read' | 'write', now: number): Promise<Signed>;
  /** Counts documents against the quota. @throws Problem 429 `over-quota`, with the seconds to wait */
  count(
    clientId: string,
    contract: Pick<Signed, 'mode' | 'quotaPerMinute'>,
    documents: number,
    now: number,
  ): void;
}

/** Milliseconds for which a contract is believed: one that is ended is honoured that much longer. */
const believed = 30_000;
const minute = 60_000;
/** Clients remembered; those not seen for longest are looked up again. */
const most = 50_000;

interface Known {
  contract: Promise<Contract>;
  until: number;
}

/** Quotas are counted in each replica for itself: with n of them a client may get up to n times its own. */
export function contractBook(from: Pick<EventStore, 'load'> | LoadContract): ContractBook {
  const load: LoadContract =
    typeof from === 'function' ? from : async (id) => (await from.load(contractRef(id))).state;
  const known = new Map<string, Known>();
  const counted = new Map<string, { minute: number; used: number }>();

  async function find(clientId: string, now: number): Promise<Contract> {
    const found = known.get(clientId);
    if (found && now < found.until) return found.contract;
    const contract = load(clientId);
    keepNewest(known, clientId, { contract, until: now + believed }, most);
    contract.catch(() => known.delete(clientId));
    return contract;
  }

  const count: ContractBook['count'] = (clientId, { mode, quotaPerMinute }, more, now) => {
    const current = Math.floor(now / minute);
    const before = counted.get(clientId);
    const used = before?.minute === current ? before.used : 0;
    if (used + more > quotaPerMinute)
      throw new Problem({
        status: 429,
        code: 'over-quota',
        detail: `This contract allows ${quotaPerMinute} ${mode === 'READ' ? 'requests' : 'documents'} a minute.`,
        retryAfter: ((current + 1) * minute - now) / 1000,
      });
    keepNewest(counted, clientId, { minute: current, used: used + more }, most);
  };

  return {
    async allow(clientId, need, now) {
      const contract = await find(clientId, now);
      const detail = refusalOf(contract, need, now);
      if (detail !== undefined || contract === null)
        throw new Problem({ status: 403, code: 'no-contract', detail: detail ?? '' });
      if (contract.mode === 'READ') count(clientId, contract, 1, now);
      return contract;
    },
    count,
  };
}
