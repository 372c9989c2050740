import { Problem } from '@dabba/service-kit';

/** 4.5 → 450. 422 for what is no whole number of minor units: a price is never rounded behind a vendor's back. */
export function minorOf(amount: number, pointer: string): number {
  const minor = Math.round(amount * 100);
  if (Math.abs(minor - amount * 100) < 1e-6) return minor;
  const detail = 'An amount has two decimals at most.';
  throw new Problem({
    status: 422,
    code: 'amount-too-fine',
    detail,
    errors: [{ in: 'body', pointer: `#${pointer}`, detail }],
  });
}

export function majorOf(minor: number): number {
  return minor / 100;
}
