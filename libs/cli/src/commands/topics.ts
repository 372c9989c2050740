import { loadRegion, topics } from '@dabba/contracts';
import { type TopicDrift, topicSettings } from '@dabba/kafka';
import type { Command } from 'commander';
import { withKafka } from '../connections.ts';
import { printJson, printTable } from '../print.ts';

interface Options {
  replicas: string;
  json?: true;
}

export function addTopics(program: Command): void {
  const group = program.command('topics').description('topics and how they are configured (K7)');
  const add = (name: string, summary: string, act: (options: Options) => Promise<void>) =>
    group
      .command(name)
      .description(summary)
      .option('--replicas <n>', 'copies of each partition', '1')
      .option('--json', 'for machines')
      .action(act);
  add('plan', 'what apply would change; exit code 1 when there is anything', async (options) => {
    const drift = await withKafka((kafka) => kafka.admin.plan(wanted(options)));
    report(drift, options, 'Topics are as they should be.');
    if (drift.length > 0) process.exitCode = 1;
  });
  add('apply', 'create topics, add partitions, set configuration; nothing is removed', async (options) => {
    const changed = await withKafka((kafka) => kafka.admin.apply(wanted(options)));
    report(changed, options, 'Nothing to change.');
  });
}

function wanted({ replicas }: Options) {
  return topicSettings(topics, loadRegion(), { replicas: Number(replicas) });
}

function report(drift: TopicDrift[], { json }: Options, nothing: string): void {
  if (json) printJson(drift);
  else
    printTable(
      drift.map(({ topic, differences }) => ({ topic, differences: differences.join('; ') })),
      nothing,
    );
}
