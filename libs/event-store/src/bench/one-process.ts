import pg from 'pg';
import { openStore } from '../index.ts';
import { region } from '../spec/shelf.ts';
import { measure } from './measure.ts';
import { ours } from './ours.ts';

/** One of several processes on the same database: measures when told to, and tells what it measured. */
const [url, streams] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: url, max: 8 });
const store = await openStore({ pool, region });
const command = ours(store, Number(streams));
await measure(command, 64, 300);
process.on('message', (milliseconds) => {
  void measure(command, 64, Number(milliseconds)).then((run) => process.send?.(run));
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
