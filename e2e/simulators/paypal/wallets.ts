import type { Wallet } from './objects.ts';

/** What using a wallet leads to. */
export type Act = 'pays' | 'declines' | 'asks' | 'disputes' | 'refund-waits' | 'refund-fails';

const given: Readonly<Record<Wallet, Act>> = {
  wallet_pays: 'pays',
  wallet_declines: 'declines',
  wallet_asks: 'asks',
  wallet_disputes: 'disputes',
  wallet_refund_waits: 'refund-waits',
  wallet_refund_fails: 'refund-fails',
};

/** Undefined: nobody has such a wallet. */
export function actOf(wallet: Wallet): Act | undefined {
  return Object.hasOwn(given, wallet) ? given[wallet] : undefined;
}
