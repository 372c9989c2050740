import { connect } from '@dabba/service-kit';
import { archiveDue } from '../close/task.ts';
import { archiveOf } from '../index.ts';
import { archiveService } from './service.ts';
import { today } from './world.ts';

// Dies as a machine does: at the step it was told, without a word.
const { deps, close } = await connect(archiveService, { env: process.env });
await archiveDue({
  ...deps,
  now: () => today,
  archive: archiveOf(deps).settings,
  onStep(step) {
    if (step === process.env.DIE_AT) process.kill(process.pid, 'SIGKILL');
  },
});
await archiveOf(deps).close();
await close();
