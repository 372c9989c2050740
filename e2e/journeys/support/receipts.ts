import { newId } from '@dabba/contracts';
import { until } from '@dabba/testing';
import type { RunningOffice } from '../../simulators/office/server.ts';
import type { Village } from './village.ts';

export interface ReceiptView {
  id: string;
  status: string;
  type: string;
  checks: { rule: string; passed: boolean; pointer?: string }[];
  registrations: {
    service: string;
    status: string;
    external_ref: string | null;
    attempts: number;
    reason?: string;
  }[];
  accepted_at: string | null;
}

/** An answer to whatever was handed in. */
export interface Handed {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

interface TypeView {
  type: string;
  format: 'JSON' | 'XML';
  sample: unknown;
}

const ends = new Set(['ACCEPTED', 'REJECTED', 'FAILED']);

const media = { JSON: 'application/json', XML: 'application/xml', NDJSON: 'application/x-ndjson' } as const;

export type Counter = Awaited<ReturnType<typeof counterOf>>;

/** What clients of receipts do, at the gateway. */
export async function counterOf(village: Village) {
  const auditor = village.as('audit_sfo');
  const { items: types } = await until('the types are shown', async () => {
    const { status, body } = await auditor.get<{ items: TypeView[] }>('/api/v1/receipt-types');
    return status === 200 && body;
  });

  /** A valid document that was never there before, by the sample that the service shows. */
  function document(type: string, format: 'JSON' | 'XML' = 'JSON'): string {
    const sample = types.find((one) => one.type === type && one.format === format)?.sample;
    if (sample === undefined) throw new Error(`No type ${type} in ${format}`);
    if (typeof sample !== 'string') return JSON.stringify({ ...Object(sample), ...numberOf[type] });
    return sample.replace(/<ORDERNUM>\d+</, `<ORDERNUM>${Math.floor(Math.random() * 1e9)}<`);
  }

  async function hand(
    login: string | null,
    text: string | Uint8Array<ArrayBuffer>,
    format: keyof typeof media = 'JSON',
    headers: Readonly<Record<string, string>> = {},
    path = '/api/v1/receipts',
  ): Promise<Handed> {
    const response = await fetch(`${village.url}${path}`, {
      method: 'POST',
      headers: {
        ...(login !== null && { authorization: `Bearer ${await village.tokenOf(login)}` }),
        'content-type': media[format],
        ...headers,
      },
      body: text,
    });
    return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
  }

  const view = (login: string, id: string, query = '') =>
    village.as(login).get<ReceiptView>(`/api/v1/receipts/${id}${query}`);

  return {
    types,
    document,
    hand,
    view,
    /** Waits at the door for the end, as a client does; it has to be this one. */
    async reaches(login: string, id: string, status: string): Promise<ReceiptView> {
      const ended = await until(
        `receipt ${id} is at its end`,
        async () => {
          const { body: seen } = await view(login, id, '?wait=5');
          return ends.has(seen.status) && seen;
        },
        { within: 45_000 },
      );
      if (ended.status !== status) throw new Error(`not ${status}: ${JSON.stringify(ended)}`);
      return ended;
    },
  };
}

const numberOf: Readonly<Record<string, object>> = {
  get 'us-sales-receipt'() {
    return { receipt_number: newId() };
  },
  get 'logistics-waybill'() {
    return { number: newId().replaceAll('-', '').toUpperCase() };
  },
  get 'dabba-meal-sale'() {
    return { sale_id: newId() };
  },
};

/** How often an authority holds a receipt, as anybody can look it up there. */
export async function heldBy({ url }: Pick<RunningOffice, 'url'>, id: string): Promise<number> {
  const response = await fetch(`${url}/_ledger`);
  const { receipts }: { receipts: Record<string, string[]> } = JSON.parse(await response.text());
  return receipts[id]?.length ?? 0;
}
