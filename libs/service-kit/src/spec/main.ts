import { run } from '../process/run.ts';
import { testService } from './test-service.ts';

await run(testService);
