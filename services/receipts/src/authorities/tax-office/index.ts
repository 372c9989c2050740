import { holdingsOf, resultsOf } from '../answers.ts';
import { callerOf } from '../call.ts';
import type { Authority } from '../port.ts';
import { type Settings, settingsFrom } from '../settings.ts';
import { linesOf, submission } from './messages.ts';

const type = 'application/json';

/** JSON, up to 100 receipts a request. */
function taxOffice(settings: Settings): Authority {
  const call = callerOf(settings);
  const { rate, timeout, settles } = settings;
  return {
    name: 'tax-office',
    batch: 100,
    rate,
    timeout,
    settles,
    async register(receipts, signal) {
      const body = submission(receipts);
      const text = await call({ method: 'POST', path: '/v1/receipts', type, body }, signal);
      return resultsOf(
        receipts.map(({ receiptId }) => receiptId),
        linesOf(text),
      );
    },
    async lookUp(receiptIds, signal) {
      const body = JSON.stringify({ uids: receiptIds });
      const text = await call({ method: 'POST', path: '/v1/receipts/search', type, body }, signal);
      return holdingsOf(receiptIds, linesOf(text));
    },
  };
}

export function taxOfficeFrom(env: NodeJS.ProcessEnv): Authority | undefined {
  const settings = settingsFrom(env, 'TAX_OFFICE');
  return settings && taxOffice(settings);
}
