import {
  closeSync,
  existsSync,
  fdatasyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

type Outlived = 'process' | 'power-failure';

/** JSON lines in a file that outlives the process; whoever keeps one checks nothing, it reads what it wrote itself. */
export class Journal<T> {
  /** Undefined once closed: the number belongs to another file then, or to a connection. */
  #file: number | undefined;
  readonly #outlives: Outlived;

  /** @param keep told of every line that was there @param outlives what a line is safe from once it is written */
  constructor(path: string, keep: (line: T) => void, outlives: Outlived = 'power-failure') {
    this.#outlives = outlives;
    mkdirSync(dirname(path), { recursive: true });
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    // A last line that a crash tore was never answered for.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    for (const line of whole.split('\n')) if (line !== '') keep(JSON.parse(line));
    this.#file = openSync(path, 'a');
    ftruncateSync(this.#file, Buffer.byteLength(whole));
  }

  /**
   * Safe when it returns.
   * @throws when it is closed: a request that was at work meanwhile comes too late
   */
  append(...lines: T[]): void {
    if (this.#file === undefined) throw new Error('the journal is closed');
    writeSync(this.#file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    if (this.#outlives === 'power-failure') fdatasyncSync(this.#file);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}
