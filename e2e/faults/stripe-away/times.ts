/** By the services' own defaults; seconds. */
const usual = { payWithin: 900, reservation: 900, grace: 30, accept: 300, settle: 60, poll: 30 };
const hour = 3_600;

export interface Times {
  /** Seconds for which everything is fair, then those without the provider, then those in which people still come. */
  before: number;
  away: number;
  after: number;
  /** How long an order waits to be paid, and then a moment more. */
  payWithin: number;
  grace: number;
  /** Of the services. */
  settings: Readonly<Record<string, string>>;
}

/** For an hour everybody is as patient as ever; where it is shorter their patience is, in proportion, so that the same things happen. */
export function timesOf(away: number): Times {
  const scale = Math.min(1, away / hour);
  const scaled = (seconds: number, least: number) => Math.max(least, Math.round(seconds * scale));
  const ms = (seconds: number) => String(seconds * 1_000);
  const payWithin = scaled(usual.payWithin, 25);
  const grace = scaled(usual.grace, 5);
  return {
    ...{ before: scaled(90, 20), away, after: scaled(90, 20), payWithin, grace },
    settings: {
      PAY_WITHIN_MS: ms(payWithin),
      PAY_GRACE_MS: ms(grace),
      // What is taken from others waits as long as its payment.
      RESERVATION_MS: ms(scaled(usual.reservation, 25)),
      ACCEPT_WITHIN_MS: ms(scaled(usual.accept, 10)),
      PAYMENT_SETTLE_MS: ms(scaled(usual.settle, 10)),
      PAYMENT_RECONCILE_MS: ms(scaled(usual.settle, 5)),
      PAYMENT_POLL_MS: ms(scaled(usual.poll, 10)),
    },
  };
}
