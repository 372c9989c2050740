import { connectKafka, connectRegistry } from '@dabba/kafka';
import pg from 'pg';
import { openStore, startRelay } from '../index.ts';
import { region } from './shelf.ts';

/** A relay in a process of its own, so that it can be killed; says `leading` when it leads. */
const [url = '', brokers = '', prefix = '', registryUrl = '', cacheDir = '', ...topics] =
  process.argv.slice(2);
const pool = new pg.Pool({ connectionString: url, max: 2 });
pool.on('error', () => {});
const store = await openStore({ pool, region });
const kafka = connectKafka({ brokers: brokers.split(','), clientId: 'relay', prefix });
const registry = connectRegistry({ url: registryUrl, cacheDir });
const relay = await startRelay({ pool, store, kafka, registry, topics });
const look = setInterval(() => {
  if (!relay.status().leader) return;
  clearInterval(look);
  process.send?.('leading');
}, 20);
process.on('disconnect', () => process.exit(0));
