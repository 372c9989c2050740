import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { until } from '@dabba/testing';

/** The edge bridge as a process of its own, to be killed. */
export class BridgeProcess {
  readonly #env: NodeJS.ProcessEnv;
  #child: ChildProcess | undefined;
  #said = '';

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
  }

  async start(): Promise<void> {
    this.#said = '';
    const main = new URL('../../../services/edge-bridge/src/main.ts', import.meta.url);
    const child = spawn(process.execPath, ['--import', 'tsx', main.pathname], {
      // It says when it is open.
      env: { ...process.env, LOG_LEVEL: 'info', ...this.#env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => {
        this.#said = `${this.#said}${text}`.slice(-20_000);
      });
    await until(
      `the bridge is open; it said ${this.#said}`,
      () => {
        if (child.exitCode !== null) throw new Error(this.#said);
        return this.#said.includes('MQTT is open');
      },
      { within: 90_000 },
    );
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }
}
