import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';

const kept = 3;

/** Moves the last run's log aside (`.1` is the youngest) and opens a new one; the caller closes the descriptor. */
export function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true });
  for (let age = kept; age > 0; age--) {
    const older = age === 1 ? file : `${file}.${age - 1}`;
    if (existsSync(older)) renameSync(older, `${file}.${age}`);
  }
  return openSync(file, 'a');
}

export const closeLog = closeSync;

export function readLog(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** The end of a log on one line, to say why a child would not start. */
export function lastWords(file: string): string {
  const lines = readLog(file).split('\n').filter(Boolean);
  const telling = lines.filter((line) => /error|fatal|exception|cannot|could not/i.test(line));
  return (telling.at(-1) ?? lines.at(-1) ?? 'it wrote nothing').slice(0, 300);
}
