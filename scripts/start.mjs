/** `npm start`: the servers, the services and a simulated city. */
import { runTypeScript } from './run-typescript.mjs';

await runTypeScript('e2e/city/up.ts', process.argv.slice(2), { bundles: true });
