import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { bounded } from './bounded.ts';

const untilTold = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });

it('what has no end is ended in time, also where garbage is collected meanwhile', async () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const ended = expect(bounded(untilTold, new AbortController().signal, 200)).rejects.toThrow(
    'No end within 200 ms',
  );
  await turn();
  collect();
  await ended;
});

it('who is told to stop ends at once, for the reason that was given', async () => {
  const outer = new AbortController();
  const work = bounded(untilTold, outer.signal, 60_000);
  outer.abort(new Error('closing time'));
  await expect(work).rejects.toThrow('closing time');
  await expect(bounded(untilTold, outer.signal)).rejects.toThrow('closing time');
});
