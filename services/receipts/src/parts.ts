import type { StoreDeps } from '@dabba/service-kit';
import { type ContractBook, contractBook } from './contract/book.ts';
import { type Take, takeInto } from './intake/take.ts';
import { Signal } from './judging/signal.ts';

/** What routes and the work behind them share within a process. */
export interface Parts {
  contracts: ContractBook;
  take: Take;
  /** Given whenever something waits for its judgement. */
  arrived: Signal;
}

const known = new WeakMap<StoreDeps, Parts>();

export function partsOf(deps: StoreDeps): Parts {
  const parts = known.get(deps) ?? {
    contracts: contractBook(deps.store),
    take: takeInto(deps.pool),
    arrived: new Signal(),
  };
  known.set(deps, parts);
  return parts;
}
