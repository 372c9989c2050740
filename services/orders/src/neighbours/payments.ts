import { setTimeout as pause } from 'node:timers/promises';
import type { Ask } from '@dabba/service-kit';
import DataLoader from 'dataloader';
import { Type } from 'typebox';
import { Value } from 'typebox/value';

const Intents = Type.Object({
  items: Type.Array(
    Type.Object({
      payment_id: Type.String(),
      status: Type.String(),
      provider: Type.String(),
      client_secret: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
});

export interface Intent {
  status: string;
  /** Whose words they are, and by whose SDK it is confirmed: `stripe`, `paypal`. */
  provider: string;
  clientSecret: string | null;
}

/**
 * How a payment stands, with what its customer confirms it by; undefined: payments does not say. Never kept, never logged.
 * @param within milliseconds, if there are fewer left
 */
export type AskIntent = (paymentId: string, within?: number) => Promise<Intent | undefined>;

/** Milliseconds payments is given: what it says is convenient, not necessary. */
const patience = 800;
/** Of one question; as payments takes them. */
const most = 50;

interface Question {
  paymentId: string;
  within: number;
}

/** Those who ask in the same moment, as one look at the database sets them going, ask together. */
export function intentAsker(ask: Ask, payments: URL): AskIntent {
  const together = new DataLoader<Question, Intent | undefined>(askAll, { cache: false, maxBatchSize: most });

  async function askAll(questions: readonly Question[]): Promise<(Intent | undefined)[]> {
    const url = new URL('/api/v1/payment-intents', payments);
    url.searchParams.set('payment_ids', questions.map(({ paymentId }) => paymentId).join(','));
    const answer = await ask(url, Math.max(...questions.map(({ within }) => within)));
    const items = Value.Check(Intents, answer) ? answer.items : [];
    const told = new Map(items.map((item) => [item.payment_id, item]));
    return questions.map(({ paymentId }) => {
      const item = told.get(paymentId);
      if (!item) return undefined;
      return { status: item.status, provider: item.provider, clientSecret: item.client_secret };
    });
  }

  return (paymentId, wished = patience) => {
    const within = Math.min(wished, patience);
    const told = together.load({ paymentId, within });
    // Who has less time than those it asks with does not wait as long as they.
    return within < patience ? Promise.race([told, pause(within, undefined, { ref: false })]) : told;
  };
}
