import type { Instant } from '@dabba/contracts';
import type { Arrival } from '../intake/arrival.ts';
import type { Judgement } from '../types/port.ts';
import type { ReceiptEvent } from './receipt.ts';

type Received = Pick<Arrival, 'id' | 'client' | 'type' | 'format' | 'hash' | 'raw' | 'at'>;

export function received({ id, client, type, format, hash, raw, at }: Received): ReceiptEvent {
  return {
    type: 'ReceiptReceived',
    data: {
      receiptId: id,
      clientId: client,
      type,
      format,
      hash: hash.toString('hex'),
      size: raw.length,
      receivedAt: at,
    },
  };
}

/** S3-RCP-04: valid, and on its way to the authorities; at its end where there are none; or rejected. */
export function verdict(receiptId: string, judgement: Judgement, at: Instant): ReceiptEvent[] {
  const { version: rules, passed, failures, canonical } = judgement;
  const { type, version, authorities } = rules;
  const checks = [...passed];
  if (failures.length > 0)
    return [
      {
        type: 'ReceiptRejected',
        data: { receiptId, type, version, failures, checks, rejectedAt: at },
      },
    ];
  const asked = [...authorities];
  return [
    {
      type: 'ReceiptValidated',
      data: { receiptId, type, version, authorities: asked, ...canonical, checks, validatedAt: at },
    },
    ...(asked.length === 0
      ? [{ type: 'ReceiptAccepted', data: { receiptId, acceptedAt: at } } as const]
      : []),
  ];
}
