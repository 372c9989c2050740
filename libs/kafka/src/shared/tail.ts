import type { IncomingRecord } from '../types.ts';

/** More than this waits for room. */
const most = { records: 2_000, bytes: 2_097_152 };
/** Of one batch. */
const mostTogether = 2_000;

/** The newest records of a partition, kept for as long as somebody needs them. */
export class Tail {
  #records: IncomingRecord[] = [];
  #bytes = 0;
  #low: number;
  #next: number;

  /** @param begin offset from which on everything will be put in */
  constructor(begin: number) {
    this.#low = begin;
    this.#next = begin;
  }

  /** Every record from here on is here. */
  get low(): number {
    return this.#low;
  }

  /** After the last record put in. */
  get next(): number {
    return this.#next;
  }

  get full(): boolean {
    return this.#records.length > most.records || this.#bytes > most.bytes;
  }

  add(records: readonly IncomingRecord[]): void {
    for (const record of records) {
      if (record.offset < this.#next) continue;
      this.#records.push(record);
      this.#bytes += sizeOf(record);
      this.#next = record.offset + 1;
    }
  }

  /** The first of those at or above `position`; it must not be below `low`. */
  from(position: number): IncomingRecord[] {
    const first = this.#at(position);
    return this.#records.slice(first, first + mostTogether);
  }

  /** Forgets what lies below `position`. */
  trim(position: number): void {
    const low = Math.min(position, this.#next);
    if (low <= this.#low) return;
    this.#low = low;
    for (const record of this.#records.splice(0, this.#at(low))) this.#bytes -= sizeOf(record);
  }

  #at(position: number): number {
    const index = this.#records.findIndex(({ offset }) => offset >= position);
    return index === -1 ? this.#records.length : index;
  }
}

function sizeOf({ value }: IncomingRecord): number {
  return value?.length ?? 0;
}
