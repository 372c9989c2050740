import { holdingsOf, resultsOf } from '../answers.ts';
import { callerOf } from '../call.ts';
import type { Authority } from '../port.ts';
import { type Settings, settingsFrom } from '../settings.ts';
import { extractLines, resultLines, submission } from './messages.ts';

const type = 'application/xml';
const path = '/registry';

/** XML, up to 20 waybills a request. */
function logistics(settings: Settings): Authority {
  const call = callerOf(settings);
  const { rate, timeout, settles } = settings;
  return {
    name: 'logistics',
    batch: 20,
    rate,
    timeout,
    settles,
    async register(receipts, signal) {
      const text = await call({ method: 'POST', path, type, body: submission(receipts) }, signal);
      return resultsOf(
        receipts.map(({ receiptId }) => receiptId),
        resultLines(text),
      );
    },
    async lookUp(receiptIds, signal) {
      const text = await call({ method: 'GET', path, type, query: { id: [...receiptIds] } }, signal);
      return holdingsOf(receiptIds, extractLines(text));
    },
  };
}

export function logisticsFrom(env: NodeJS.ProcessEnv): Authority | undefined {
  const settings = settingsFrom(env, 'LOGISTICS');
  return settings && logistics(settings);
}
