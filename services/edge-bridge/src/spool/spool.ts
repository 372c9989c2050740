import { type FileHandle, open, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { syncDirectory, writeDurably } from './durable-file.ts';
import { type Frame, frameOf, readFrames } from './frames.ts';
import { type Cursor, findSegments, type Segment, segmentPath } from './segments.ts';

export interface SpoolOptions {
  directory: string;
  /** Most bytes of files; past it nothing more is accepted. */
  budget: number;
  /** A segment is closed when it has grown to this size. */
  segmentBytes?: number;
  now?: () => number;
  /** Something an operator has to know. */
  alarm?: (message: string) => void;
}

export interface SpoolStatus {
  records: number;
  /** Of files on disk, sent ones in the first segment included. */
  bytes: number;
  /** When the oldest waiting record was written, UTC milliseconds, as last seen. */
  oldest: number | undefined;
  full: boolean;
}

export class SpoolFull extends Error {
  override name = 'SpoolFull';
}

/**
 * A queue on disk: `append` returns once the records would survive a power cut; they leave in order, when `advance`
 * says that they have reached Kafka. One writer, one reader, one process (see lock.ts).
 */
export class Spool {
  readonly #options: Required<SpoolOptions>;
  readonly #segments: Segment[];
  #cursor: Cursor;
  #records: number;
  #oldest: number | undefined;
  #full = false;
  #closed = false;
  #writing: { segment: Segment; file: FileHandle } | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  /** Repairs what a crash left behind: cuts torn tails, removes segments already sent. */
  static async open(options: SpoolOptions): Promise<Spool> {
    const settings = { segmentBytes: 8 << 20, now: Date.now, alarm: () => {}, ...options };
    const { cursor, segments, cuts } = await findSegments(settings.directory);
    for (const { segment, bytes } of cuts) {
      settings.alarm(
        `${bytes.length} bytes at the end of spool segment ${segment.number} are not whole; set aside`,
      );
      await writeFile(`${segmentPath(settings.directory, segment.number)}.torn-${segment.size}`, bytes);
      await truncate(segmentPath(settings.directory, segment.number), segment.size);
    }
    await syncDirectory(settings.directory);
    return new Spool(settings, cursor, segments);
  }

  private constructor(options: Required<SpoolOptions>, cursor: Cursor, segments: Segment[]) {
    this.#options = options;
    this.#cursor = cursor;
    this.#segments = segments;
    this.#records = segments.reduce((sum, { waiting }) => sum + waiting, 0);
    this.#oldest = segments.find(({ waiting }) => waiting > 0)?.oldest;
  }

  status(): SpoolStatus {
    return { records: this.#records, bytes: this.#bytes(), oldest: this.#oldest, full: this.#full };
  }

  /** Durable when it resolves. @throws SpoolFull past the budget, and what the disk says; then nothing counts as appended */
  append(payloads: readonly Buffer[]): Promise<void> {
    return this.#exclusively(async () => {
      const { budget, now } = this.#options;
      const bytes = Buffer.concat(payloads.map((payload) => frameOf(payload, now())));
      this.#full = this.#bytes() + bytes.length > budget;
      if (this.#full) throw new SpoolFull(`The spool holds ${this.#bytes()} of at most ${budget} bytes`);
      const { segment, file } = await this.#tail(bytes.length);
      // Written at the end of what is known to be good, so that half of a failed write is overwritten by the next one.
      await writeAll(file, bytes, segment.size);
      await file.datasync();
      segment.size += bytes.length;
      segment.waiting += payloads.length;
      this.#records += payloads.length;
      this.#oldest ??= now();
    });
  }

  /** The records at the front, at least one if there is any, about `maxBytes` of them. */
  async head(maxBytes: number): Promise<Frame[]> {
    const segment = this.#first();
    if (segment === undefined) return [];
    const from = this.#cursor.segment === segment.number ? this.#cursor.offset : 0;
    const length = Math.min(segment.size - from, maxBytes);
    const file = await open(segmentPath(this.#options.directory, segment.number), 'r');
    try {
      const bytes = Buffer.alloc(length);
      await file.read(bytes, 0, length, from);
      const frames = readFrames(bytes, from);
      this.#oldest = frames[0]?.writtenAt;
      if (frames.length === 0) throw new Error(`Spool segment ${segment.number} cannot be read at ${from}`);
      return frames;
    } finally {
      await file.close();
    }
  }

  /** The frames, which `head` gave last, have reached Kafka. */
  advance(frames: readonly Frame[]): Promise<void> {
    return this.#exclusively(async () => {
      const segment = this.#first();
      const last = frames.at(-1);
      if (segment === undefined || last === undefined) return;
      const done = last.end >= segment.size;
      const cursor = done
        ? { segment: segment.number + 1, offset: 0 }
        : { segment: segment.number, offset: last.end };
      const { directory } = this.#options;
      await writeDurably(join(directory, 'cursor.json'), JSON.stringify(cursor));
      this.#cursor = cursor;
      segment.waiting -= frames.length;
      this.#records -= frames.length;
      if (this.#records === 0) this.#oldest = undefined;
      if (!done) return;
      if (this.#writing !== undefined && this.#writing.segment.number <= segment.number)
        await this.#closeTail();
      for (const sent of this.#segments.splice(0, this.#segments.indexOf(segment) + 1))
        await rm(segmentPath(directory, sent.number), { force: true });
      this.#full = false;
    });
  }

  /** Lets go of the files; a late `append` or `advance` fails then and changes nothing. */
  close(): Promise<void> {
    const closed = this.#exclusively(() => this.#closeTail());
    this.#closed = true;
    return closed;
  }

  /** A segment before it holds nothing but what was sent or never became whole. */
  #first(): Segment | undefined {
    return this.#segments.find(({ waiting }) => waiting > 0);
  }

  #bytes(): number {
    return this.#segments.reduce((sum, { size }) => sum + size, 0);
  }

  async #tail(bytes: number): Promise<{ segment: Segment; file: FileHandle }> {
    const { directory, segmentBytes } = this.#options;
    const last = this.#segments.at(-1);
    if (last !== undefined && last.size + bytes <= segmentBytes) {
      if (this.#writing?.segment === last) return this.#writing;
      this.#writing = { segment: last, file: await open(segmentPath(directory, last.number), 'r+') };
      return this.#writing;
    }
    await this.#closeTail();
    const number = last === undefined ? this.#cursor.segment : last.number + 1;
    const segment: Segment = { number, size: 0, waiting: 0, oldest: undefined };
    const file = await open(segmentPath(directory, number), 'w+', 0o600);
    await syncDirectory(directory);
    this.#segments.push(segment);
    this.#writing = { segment, file };
    return this.#writing;
  }

  async #closeTail(): Promise<void> {
    const writing = this.#writing;
    this.#writing = undefined;
    await writing?.file.close();
  }

  #exclusively<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new Error('The spool is closed'));
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => {});
    return mine;
  }
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
