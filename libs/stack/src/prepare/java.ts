import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { StackError } from '../stack-error.ts';

const oldest = 17;

/** The Java to run servers with: JAVA_HOME's, else the one on the PATH. @throws StackError when it is missing or too old. */
export function findJava(): string {
  const { JAVA_HOME } = process.env;
  const ofHome = JAVA_HOME && join(JAVA_HOME, 'bin/java');
  const java = ofHome && existsSync(ofHome) ? ofHome : 'java';
  const run = spawnSync(java, ['-version'], { encoding: 'utf8' });
  if (run.error) {
    throw new StackError(
      `Kafka and the schema registry need Java ${oldest} or newer, and there is no "java" on the PATH: install a JRE, for example openjdk-${oldest}-jre-headless.`,
    );
  }
  const version = run.stderr.match(/version "(?:1\.)?(\d+)/)?.[1];
  if (!version || Number(version) < oldest) {
    throw new StackError(
      `Kafka and the schema registry need Java ${oldest} or newer, and "${java}" is ${version ? `Java ${version}` : 'of no version we can read'}: install a newer one or point JAVA_HOME at it.`,
    );
  }
  return java;
}
