import type { Event, Events, Instant } from '@dabba/contracts';
import type { StreamRef, StreamType } from '@dabba/event-store';

export type ContractEvent = Event<'ReceiptContractSigned'>;

/** What a client and the service agreed on (S3-SEC-01); null: nothing. */
export type Contract = null | Omit<Events['ReceiptContractSigned'], 'clientId'>;

export const contractStream: StreamType<Contract, ContractEvent> = {
  name: 'contract',
  revision: 1,
  initial: () => null,
  evolve: (_contract, { data: { clientId: _, ...terms } }) => terms,
};

export function contractRef(clientId: string, metro = ''): StreamRef<Contract, ContractEvent> {
  return { type: contractStream, id: `contract:${clientId}`, metro };
}

/** Why this contract does not let its client in; undefined where it does. @param now UTC milliseconds */
export function refusalOf(contract: Contract, need: 'read' | 'write', now: Instant): string | undefined {
  if (contract === null) return 'There is no contract with this client.';
  if (now < contract.validFrom) return 'The contract of this client has not begun.';
  if (contract.validTo !== null && now >= contract.validTo) return 'The contract of this client has ended.';
  if (need === 'write' && contract.mode === 'READ') return 'The contract of this client is for reading only.';
  return undefined;
}
