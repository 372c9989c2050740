import { serve } from '../office/server.ts';
import { startLogistics } from './logistics.ts';

const { LOGISTICS_PORT = '5091', LOGISTICS_LEDGER = '.dabba/logistics.jsonl' } = process.env;
await serve(startLogistics, Number(LOGISTICS_PORT), LOGISTICS_LEDGER);
