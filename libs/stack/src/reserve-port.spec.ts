import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { reservePort } from './reserve-port.ts';

test('a port is given to one, in whatever process, until it should be listened to', () => {
  const port = 1_000_000 + process.pid;
  const now = Date.now();
  expect(reservePort(port, now)).toBe(true);
  expect(reservePort(port, now)).toBe(false);
  const module = new URL('reserve-port.ts', import.meta.url).href;
  const elsewhere = `import { reservePort } from '${module}'; console.log(reservePort(${port}))`;
  const asked = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', elsewhere]);
  expect(asked.toString().trim()).toBe('false');
  expect(reservePort(port, now + 200_000)).toBe(true);
});
