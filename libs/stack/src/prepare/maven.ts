import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { StackError } from '../stack-error.ts';

const everyMs = 2000;

/** Runs Maven, telling every other second what it is fetching; its whole output goes to the log. @throws StackError */
export function runMaven(args: string[], log: string, onProgress: (line: string) => void): Promise<void> {
  const { promise, resolve, reject } = withResolvers<void>();
  const output = createWriteStream(log);
  let lastTold = Date.now();
  let files = 0;
  // Without --batch-mode Maven reports progress within a file too, rewriting one line with carriage returns.
  const maven = spawn('mvn', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  maven.stdout.on('data', (chunk: Buffer) => {
    output.write(chunk);
    const lines = chunk
      .toString()
      .split(/[\r\n]+/)
      .map((line) => line.trim());
    files += lines.filter((line) => line.startsWith('Downloaded')).length;
    const current = lines.findLast((line) => line.startsWith('Progress'));
    if (Date.now() - lastTold < everyMs) return;
    lastTold = Date.now();
    onProgress(
      `  ${files} files fetched${current ? `; ${current.replace(/^Progress \(\d+\): /, 'now ')}` : ''}`,
    );
  });
  maven.stderr.on('data', (chunk: Buffer) => output.write(chunk));
  maven.once('error', () => {
    output.end();
    reject(
      new StackError(
        'Kafka and the schema registry are fetched by Maven once, and there is no "mvn" on the PATH: install it, for example with apt-get install maven.',
      ),
    );
  });
  maven.once('close', (code) => {
    output.end();
    if (code === 0) resolve();
    else reject(new StackError(`Maven could not fetch Kafka and the schema registry; ${log} says why.`));
  });
  return promise;
}

function withResolvers<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (reason: Error) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
