import { defineService } from '@dabba/service-kit';
import { receiptStream } from './receipt/receipt.ts';

export const service = defineService({
  name: 'receipts',
  port: { variable: 'RECEIPTS_PORT', fallback: 5014 },
  streams: [receiptStream],
  readModels: [],
  migrations: new URL('./migrations/', import.meta.url),
  routes() {},
});
