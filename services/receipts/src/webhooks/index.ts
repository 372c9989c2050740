export { type Verified, verifyWebhook } from './signature.ts';
