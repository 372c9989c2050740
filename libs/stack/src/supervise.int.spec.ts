import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from './ports.ts';
import { type ServiceSpec, type Services, superviseServices } from './supervise.ts';

describe('supervised services', () => {
  let dir: string;
  let services: Services | undefined;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'dabba-services-'));
  });
  afterEach(async () => {
    await services?.stop();
    services = undefined;
    rmSync(dir, { recursive: true });
  });

  /** A service that answers, says hello in its log, and may be deaf to a polite stop. */
  async function service(name: string, extra = ''): Promise<ServiceSpec> {
    const port = await freePort();
    const script = `${extra};console.log('hello', process.env.GREETED);require('http').createServer((_, a) => a.end()).listen(${port})`;
    return {
      name,
      command: process.execPath,
      args: ['-e', script],
      env: { GREETED: name },
      readyUrl: `http://localhost:${port}`,
      ports: [{ port, what: name, variable: 'SOME_PORT' }],
    };
  }

  it('start together, log to files and come back after kill -9', async () => {
    const left: string[] = [];
    services = await superviseServices([await service('one'), await service('two')], {
      dir,
      onExit: (name) => left.push(name),
    });
    expect(readFileSync(join(dir, 'logs/two.log'), 'utf8')).toBe('hello two\n');
    const before = services.pid('one');
    await services.kill9('one');
    expect(services.pid('one')).toBeUndefined();
    await services.restart('one');
    expect(services.pid('one')).not.toBe(before);
    expect(left).toEqual([]);
  });

  it('that end by themselves are reported', async () => {
    const left: string[] = [];
    services = await superviseServices([await service('one')], {
      dir,
      onExit: (name, reason) => left.push(`${name}: ${reason}`),
    });
    process.kill(services.pid('one') ?? 0, 'SIGKILL');
    await expect.poll(() => left).toEqual(['one: ended by SIGKILL']);
  });

  it('are stopped within 10 s though one does not listen', async () => {
    services = await superviseServices([await service('deaf', `process.on('SIGTERM', () => {})`)], { dir });
    const began = Date.now();
    await services.stop();
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(services.pid('deaf')).toBeUndefined();
  });

  it('that do not start are named with their last words, and the others are stopped', async () => {
    const good = await service('good');
    const bad = { ...good, name: 'bad', args: ['-e', 'throw new Error("no database")'], ports: [] };
    bad.readyUrl = `http://localhost:${await freePort()}`;
    await expect(superviseServices([good, bad], { dir })).rejects.toThrow(
      /^bad did not start: .*no database/,
    );
    await expect(fetch(good.readyUrl)).rejects.toThrow();
  });
});
