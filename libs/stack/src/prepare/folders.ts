import { join } from 'node:path';

const repository = join(import.meta.dirname, '../../../..');

/** Where this checkout keeps everything that is not source: data, logs, downloaded servers. */
export const dabbaDir = join(repository, '.dabba');
export const composeFile = join(repository, 'docker-compose.kafka.yml');
/** What the lib ships for the Java servers: their versions and their log settings. */
export const serversDir = join(import.meta.dirname, '../../servers');
