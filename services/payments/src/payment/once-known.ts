import { setTimeout as pause } from 'node:timers/promises';
import type { Desk } from './desk.ts';
import { unknownPayment } from './may-see.ts';
import type { Paying } from './payment.ts';

/** Milliseconds a caller waits for the provider to know of a payment. */
const patience = 1_500;

/** A payment as soon as its provider knows of it, or as it is by then. */
export async function onceKnown(desk: Desk, id: string): Promise<Paying> {
  const until = performance.now() + patience;
  for (;;) {
    const payment = await desk.load(id);
    if (payment === null) throw unknownPayment(id);
    if (payment.status !== 'REQUESTED' || performance.now() >= until) return payment;
    await pause(25);
  }
}
