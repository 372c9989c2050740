import { defineService } from '@dabba/service-kit';
import { receiptList } from '../../read-models/receipt-list.ts';
import { receiptStream } from '../../receipt/receipt.ts';

/** What the archive needs of the service; its tests do the rest by hand. */
export const archiveService = defineService({
  name: 'receipts',
  port: { variable: 'RECEIPTS_PORT', fallback: 5014 },
  streams: [receiptStream],
  readModels: [receiptList],
  migrations: new URL('../../migrations/', import.meta.url),
  routes: () => {},
});
