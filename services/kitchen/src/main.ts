import { run } from '@dabba/service-kit';
import { service } from './service.ts';

await run(service);
