import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readFrames } from './frames.ts';

/** One append-only file of the spool. */
export interface Segment {
  number: number;
  /** Bytes known to be good. */
  size: number;
  /** Records not yet on Kafka. */
  waiting: number;
  /** UTC milliseconds, of the first waiting one. */
  oldest: number | undefined;
}

/** All before it has reached Kafka. */
export interface Cursor {
  segment: number;
  offset: number;
}

export function segmentPath(directory: string, number: number): string {
  return join(directory, `${String(number).padStart(10, '0')}.spool`);
}

/** What lies in the folder, oldest first; `cuts` are ends that a crash left unfinished. */
export async function findSegments(directory: string) {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const names = await readdir(directory);
  const cursor: Cursor = names.includes('cursor.json')
    ? JSON.parse(await readFile(join(directory, 'cursor.json'), 'utf8'))
    : { segment: 1, offset: 0 };
  const segments: Segment[] = [];
  const cuts: { segment: Segment; bytes: Buffer }[] = [];
  const numbers = names
    .filter((name) => /^\d{10}\.spool$/.test(name))
    .map((name) => Number.parseInt(name, 10));
  for (const number of numbers.sort((a, b) => a - b)) {
    if (number < cursor.segment) {
      await rm(segmentPath(directory, number));
      continue;
    }
    const bytes = await readFile(segmentPath(directory, number));
    if (number === cursor.segment) cursor.offset = Math.min(cursor.offset, bytes.length);
    const from = number === cursor.segment ? cursor.offset : 0;
    const frames = readFrames(bytes.subarray(from), from);
    const size = frames.at(-1)?.end ?? from;
    const segment = { number, size, waiting: frames.length, oldest: frames[0]?.writtenAt };
    segments.push(segment);
    if (size < bytes.length) cuts.push({ segment, bytes: bytes.subarray(size) });
  }
  return { cursor, segments, cuts };
}
