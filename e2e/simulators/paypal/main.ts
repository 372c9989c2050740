import { untilStopped } from '../serving.ts';
import { startPaypal } from './server.ts';
import { simulated } from './sign-in.ts';

const {
  PAYPAL_PORT = '5094',
  PAYPAL_LEDGER = '.dabba/paypal.jsonl',
  PAYPAL_CLIENT_ID = simulated.clientId,
  PAYPAL_CLIENT_SECRET = simulated.clientSecret,
  PAYPAL_WEBHOOK_URL,
  PAYPAL_WEBHOOK_ID = 'SIMULATED',
} = process.env;
const paypal = await startPaypal({
  port: Number(PAYPAL_PORT),
  ledger: PAYPAL_LEDGER,
  credentials: { clientId: PAYPAL_CLIENT_ID, clientSecret: PAYPAL_CLIENT_SECRET },
  ...(PAYPAL_WEBHOOK_URL && { webhook: { url: PAYPAL_WEBHOOK_URL, id: PAYPAL_WEBHOOK_ID } }),
});
untilStopped(paypal);
