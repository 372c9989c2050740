import { join } from 'node:path';
import { dabbaDir } from '@dabba/stack';
import { program } from 'commander';
import { runMatrix } from './matrix.ts';
import { tableOf } from './report.ts';
import { startSagaWorld } from './world.ts';

const { json, only } = program
  .name('npm run saga-matrix --')
  .description('Takes orders through every step of the saga and everything that can happen at it.')
  .option('--json', 'one object on stdout')
  .option('--only <what>', 'only cells of these steps or columns, by commas')
  .parse()
  .opts<{ json?: true; only?: string }>();

const wanted = only?.split(',');
const onProgress = (line: string) => console.error(line);
const world = await startSagaWorld(join(dabbaDir, `saga-${process.pid}`), onProgress, (name, reason) =>
  onProgress(`${name} ended by itself: ${reason}`),
);
try {
  const matrix = await runMatrix(
    world,
    onProgress,
    ({ step, fault }) => wanted === undefined || wanted.includes(step) || wanted.includes(fault),
  );
  console.log(json ? JSON.stringify(matrix) : tableOf(matrix));
  process.exitCode = matrix.ok ? 0 : 1;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await world.stop();
}
// Connections that broke while services were killed may keep the process; nothing waits for them.
process.exit();
