import { connect } from '@dabba/service-kit';
import { service } from '../service.ts';
import { credentialsFile } from './credentials-file.ts';
import { seedIdentity } from './seed-identity.ts';

const awayCodes = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', '57P03']);
const noDatabase =
  'Postgres does not answer at DATABASE_URL (or localhost:5432 where it is not set): start it with `npm start`, then seed.';

try {
  await seed(credentialsFile(process.env));
} catch (error) {
  console.error(databaseAway(error) ? noDatabase : error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function seed(file: string): Promise<void> {
  // The database is waited for quietly: a person at a terminal gets one sentence instead.
  const env = { LOG_LEVEL: 'silent', ...process.env };
  const { deps, close } = await connect(service, { env });
  try {
    const report = await seedIdentity(deps, file, showProgress);
    console.log(
      `${report.principals} principals: ${report.registered} new, ${report.secretsSet} secrets set. Credentials: ${file}`,
    );
  } finally {
    await close();
  }
}

function showProgress(done: number, of: number): void {
  if (process.stdout.isTTY) process.stdout.write(`\r${done}/${of}${done === of ? '\n' : ''}`);
}

function databaseAway(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(databaseAway);
  if (!(error instanceof Error)) return false;
  return ('code' in error && awayCodes.has(String(error.code))) || databaseAway(error.cause);
}
