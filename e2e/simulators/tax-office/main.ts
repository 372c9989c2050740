import { serve } from '../office/server.ts';
import { startTaxOffice } from './tax-office.ts';

const { TAX_OFFICE_PORT = '5090', TAX_OFFICE_LEDGER = '.dabba/tax-office.jsonl' } = process.env;
await serve(startTaxOffice, Number(TAX_OFFICE_PORT), TAX_OFFICE_LEDGER);
