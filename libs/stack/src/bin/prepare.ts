/** Makes the servers' binaries ready, so that the first start has nothing left to fetch. */
import { findPostgres } from '../postgres/binaries.ts';
import { prepareJavaServers } from '../prepare/java-servers.ts';
import { StackError } from '../stack-error.ts';

try {
  await prepareJavaServers(console.log);
  findPostgres();
} catch (error) {
  if (!(error instanceof StackError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
