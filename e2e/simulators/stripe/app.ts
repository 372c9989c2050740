/** Of the simulator: it opens nothing else. */
const publishable = 'pk_test_simulator';

/**
 * What Stripe's SDK does in a customer's app: confirms a payment by the secret the order came with.
 * @param at `http://127.0.0.1:5092`
 * @param method the token of a card: `pm_card_visa`, `pm_card_chargeDeclined` …
 * @param within milliseconds
 */
export function askToConfirm(
  at: string,
  clientSecret: string,
  method: string,
  within = 15_000,
): Promise<Response> {
  const [id = ''] = clientSecret.split('_secret_');
  return fetch(`${at}/v1/payment_intents/${id}/confirm`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${publishable}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ client_secret: clientSecret, payment_method: method }),
    signal: AbortSignal.timeout(within),
  });
}

/** Likewise. @returns the intent's status, or the code of the decline */
export async function confirmAt(at: string, clientSecret: string, method: string): Promise<string> {
  const response = await askToConfirm(at, clientSecret, method);
  const answer: { status?: string; error?: { code?: string } } = JSON.parse(await response.text());
  return answer.status ?? answer.error?.code ?? `HTTP ${response.status}`;
}
