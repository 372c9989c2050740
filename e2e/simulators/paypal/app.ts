/**
 * What PayPal's SDK does in a customer's app: they sign in at PayPal's and agree to the order.
 * @param at `http://127.0.0.1:5094`
 * @param orderId what the order came with as `client_secret`
 * @param wallet `wallet_pays`, `wallet_declines` …
 * @returns the order's status, or the issue
 */
export async function approveAt(at: string, orderId: string, wallet = 'wallet_pays'): Promise<string> {
  const response = await tellAt(at, `/_approve/${orderId}`, { wallet });
  const answer: { status?: string; details?: { issue: string }[] } = JSON.parse(await response.text());
  return answer.status ?? answer.details?.[0]?.issue ?? `HTTP ${response.status}`;
}

/** Likewise they agree to be charged without being asked. @returns the setup token */
export async function setUpAt(at: string, wallet = 'wallet_pays'): Promise<string> {
  const { id }: { id: string } = JSON.parse(await (await tellAt(at, '/_setup', { wallet })).text());
  return id;
}

function tellAt(at: string, path: string, body: object): Promise<Response> {
  return fetch(`${at}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(15_000),
  });
}
