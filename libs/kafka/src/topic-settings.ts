import { partitionCount, type Region, type Topic } from '@dabba/contracts';
import type { TopicSettings } from './types.ts';

const days = 24 * 60 * 60 * 1_000;

/**
 * How topics have to be configured (K7): the history of decisions and facts stays whole, dead letters 90 days.
 * @param replicas 1 on a developer's machine, 3 in production
 */
export function topicSettings(
  topics: readonly Topic[],
  region: Region,
  { replicas }: { replicas: number },
): TopicSettings[] {
  const partitions = partitionCount(region);
  return topics.map(({ name, kind }) => ({
    name,
    partitions,
    replicas,
    config: {
      'cleanup.policy': 'delete',
      'retention.ms': kind === 'dead-letter' ? String(90 * days) : '-1',
      'retention.bytes': '-1',
      'min.insync.replicas': replicas >= 3 ? '2' : '1',
      'unclean.leader.election.enable': 'false',
      'max.message.bytes': String(1024 * 1024),
    },
  }));
}
