/** `node scripts/run.mjs <file.ts> [arguments]` */
import { runTypeScript } from './run-typescript.mjs';

const [file, ...args] = process.argv.slice(2);
if (!file) {
  console.error('Usage: node scripts/run.mjs <file.ts> [arguments]');
  process.exit(2);
}
await runTypeScript(file, args);
