import { isTopicName, newId, presentData, topics } from '@dabba/contracts';
import { type Kafka, type RecordBatch, readEvents, type SchemaRegistry } from '@dabba/kafka';
import type { Command } from 'commander';
import { withKafka } from '../connections.ts';
import { Failed } from '../print.ts';

interface Options {
  from: string;
  limit?: string;
  json?: true;
}

export function addTail(program: Command): void {
  program
    .command('tail <topic>')
    .description('what arrives on a topic, decoded, until Ctrl-C')
    .option('--from <where>', 'beginning, end', 'end')
    .option('--limit <n>', 'stop after this many')
    .option('--json', 'for machines: one object a line')
    .action(async (topic: string, options: Options) => {
      if (!isTopicName(topic))
        throw new Failed(`No topic ${topic}; there are ${topics.map((each) => each.name).join(', ')}`);
      await withKafka((kafka, registry) => follow(kafka, registry, topic, options));
    });
}

async function follow(
  kafka: Kafka,
  registry: SchemaRegistry,
  topic: string,
  options: Options,
): Promise<void> {
  const starts = new Map(
    (await kafka.admin.offsets(topic)).map(({ partition, low, high }) => [
      partition,
      options.from === 'beginning' ? low : high,
    ]),
  );
  let left = options.limit === undefined ? Number.POSITIVE_INFINITY : Number(options.limit);
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const subscription = await kafka.subscribe({
    group: `tail-${newId()}`,
    topics: [topic],
    startAt: async (_, partition) => starts.get(partition) ?? 0,
    async onBatch({ records }) {
      for (const line of await linesOf(records, registry, options)) {
        if (left <= 0) break;
        left -= 1;
        console.log(line);
      }
      if (left <= 0) finish();
    },
  });
  process.once('SIGINT', finish);
  await finished;
  await subscription.stop();
}

async function linesOf(
  records: RecordBatch['records'],
  registry: SchemaRegistry,
  { json }: Options,
): Promise<string[]> {
  const read = await readEvents(records, registry);
  return read.map((result, index) => {
    const record = records[index];
    const place = `${record?.partition}:${record?.offset}`;
    if ('error' in result)
      return json
        ? JSON.stringify({ place, error: result.error.message })
        : `${place}  ${result.error.message}`;
    if (!result.event)
      return json ? JSON.stringify({ place, unknown: record?.headers.ce_type }) : `${place}  unknown event`;
    const { meta, ...event } = result.event;
    if (json) return JSON.stringify({ place, type: event.type, data: presentData(event), meta });
    return `${new Date(meta.time).toISOString()}  ${place.padEnd(8)}  ${event.type}  ${meta.stream}  ${JSON.stringify(presentData(event))}`;
  });
}
