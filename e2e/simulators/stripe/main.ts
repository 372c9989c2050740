import { untilStopped } from '../serving.ts';
import { startStripe } from './server.ts';

const {
  STRIPE_PORT = '5092',
  STRIPE_LEDGER = '.dabba/stripe.jsonl',
  STRIPE_WEBHOOK_URL,
  STRIPE_WEBHOOK_SECRET = 'whsec_simulator',
  STRIPE_WEBHOOK_EVENTS = '*',
} = process.env;
const stripe = await startStripe({
  port: Number(STRIPE_PORT),
  ledger: STRIPE_LEDGER,
  ...(STRIPE_WEBHOOK_URL && {
    webhook: {
      url: STRIPE_WEBHOOK_URL,
      secret: STRIPE_WEBHOOK_SECRET,
      events: STRIPE_WEBHOOK_EVENTS.split(','),
    },
  }),
});
untilStopped(stripe);
