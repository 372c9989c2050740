import type { TopicName } from '@dabba/contracts';
import type { RecordBatch } from '@dabba/kafka';
import type { ClientBase } from 'pg';
import { placeOf } from '../consume/batch.ts';
import { decode } from '../consume/decode.ts';
import type { ProjectionDeps } from '../consume/deps.ts';
import {
  carriesFacts,
  freshDecisions,
  freshFacts,
  type GapsBySource,
  type Highest,
} from '../consume/duplicates.ts';
import type { Entry } from '../consume/entry.ts';
import { handles, type Shapes } from '../fold/changes.ts';
import { applyAll, ask, blankSheets, type Placed, type Sheets } from '../fold/fold.ts';
import { queryEach, reading, writing } from '../fold/load.ts';
import { readShapes } from '../tables/shape.ts';
import type { ReadModel } from '../types.ts';
import type { Vector } from './vector.ts';

/** Events handled and records to go through, so far as is known. */
export type OnProgress = (progress: { events: number; records: number; of: number }) => void;

/** Rows of a table changed in memory before they are written, and rows remembered after that. */
const flushAt = 20_000;
const remember = 200_000;
const maxBytesPerPartition = 4_194_304;

/**
 * Folds the log from offset 0 into new tables that nobody else writes to. While Postgres writes one lot of rows, the
 * next records are decoded and folded. Duplicates are told as the live consumer tells them.
 */
export class LogFold {
  events = 0;
  records = 0;
  readonly positions = new Map<string, number>();
  private readonly sheets: Sheets;
  private readonly highest = new Map<string, Highest>();
  private gaps: GapsBySource = new Map();
  private skips: ReadonlySet<string> = new Set();
  /** Batches of several partitions arrive at once; they are folded one after the other. */
  private turn: Promise<void> = Promise.resolve();
  private writing: Promise<unknown> = Promise.resolve();
  private readonly model: ReadModel;
  private readonly deps: ProjectionDeps;
  private readonly client: ClientBase;
  private readonly schema: string;
  private readonly shapes: Shapes;

  private constructor(
    model: ReadModel,
    deps: ProjectionDeps,
    client: ClientBase,
    schema: string,
    shapes: Shapes,
  ) {
    this.model = model;
    this.deps = deps;
    this.client = client;
    this.schema = schema;
    this.shapes = shapes;
    this.sheets = blankSheets(shapes, true);
  }

  /** @param schema where the model's tables are, empty */
  static async into(schema: string, model: ReadModel, deps: ProjectionDeps, client: ClientBase) {
    return new LogFold(model, deps, client, schema, await readShapes(client, model, schema));
  }

  /** Goes on to exactly these checkpoints, leaving out `skips`, and writes everything. */
  async foldTo(vector: Vector, skips: ReadonlySet<string>, onProgress?: OnProgress): Promise<void> {
    this.skips = skips;
    const left = [...vector.values()].reduce((sum, { topic, partition, next }) => {
      return sum + next - (this.positions.get(placeOf(topic, partition)) ?? 0);
    }, 0);
    const of = this.records + left;
    for (const topic of this.model.topics) {
      const ranges = this.rangesOf(topic, vector);
      if (ranges.size === 0) continue;
      await this.deps.kafka.read({
        topic,
        ranges,
        maxBytesPerPartition,
        onBatch: async (batch) => {
          await this.take(topic, batch);
          onProgress?.({ events: this.events, records: this.records, of });
        },
      });
    }
    for (const [place, { next }] of vector) this.positions.set(place, next);
    await this.flush();
  }

  private rangesOf(topic: TopicName, vector: Vector): Map<number, { from: number; to: number }> {
    const ranges = new Map<number, { from: number; to: number }>();
    for (const position of vector.values()) {
      const from = this.positions.get(placeOf(topic, position.partition)) ?? 0;
      if (position.topic === topic && from < position.next)
        ranges.set(position.partition, { from, to: position.next });
    }
    return ranges;
  }

  private async take(topic: TopicName, { partition, records }: RecordBatch): Promise<void> {
    const entries = await decode(records, this.deps.registry, (type) => handles(this.model, type));
    const mine = this.turn.then(() => this.fold(topic, partition, entries));
    this.turn = mine.catch(() => {});
    await mine;
  }

  private async fold(topic: TopicName, partition: number, entries: readonly Entry[]): Promise<void> {
    const place = placeOf(topic, partition);
    const events: Placed[] = [];
    for (const { record, event, error, eventId } of this.sift(topic, place, entries)) {
      if (this.skips.size > 0 && this.skips.has(`${place}/${record.offset}`)) continue;
      if (error !== undefined)
        throw new Error(`${eventId} at ${place}@${record.offset} cannot be read: ${error}`);
      if (event) events.push({ event, offset: record.offset });
    }
    const asked = ask(this.model, this.shapes, events);
    if (this.mustLoad()) {
      await this.writing;
      const { statements, learn } = reading(this.schema, this.sheets, asked, true);
      learn(await queryEach(this.client, statements));
    }
    const [failure] = applyAll(asked, this.sheets);
    if (failure) {
      const { event, offset } = failure.placed;
      throw new Error(
        `${event.type} ${event.meta.id} at ${place}@${offset} cannot be folded: ${failure.error}`,
      );
    }
    this.events += events.length;
    this.records += entries.length;
    if ([...this.sheets.values()].some(({ size }) => size >= flushAt)) await this.startWriting();
  }

  private sift(topic: TopicName, place: string, entries: readonly Entry[]): Entry[] {
    if (carriesFacts(topic)) {
      const { fresh, gaps } = freshFacts(entries, this.gaps);
      this.gaps = gaps;
      return fresh;
    }
    const { fresh, highest } = freshDecisions(entries, this.highest.get(place) ?? {});
    this.highest.set(place, highest);
    return fresh;
  }

  private mustLoad(): boolean {
    return [...this.sheets.values()].some(({ forgetful }) => forgetful);
  }

  /** One lot at a time is on its way: memory stays bounded. */
  private async startWriting(): Promise<void> {
    await this.writing;
    const pending = [...this.sheets.values()].map((sheet) => sheet.take(remember));
    this.writing = queryEach(this.client, writing(this.schema, pending));
    // Told to whoever waits for it next.
    this.writing.catch(() => {});
  }

  private async flush(): Promise<void> {
    await this.startWriting();
    await this.writing;
  }
}
