import { topics } from '@dabba/contracts';
import { expect, test } from 'vitest';
import { topicSettings } from './topic-settings.ts';

const region = {
  region: 'test',
  metros: [{ id: 'a', name: 'A', zone: 'UTC', currency: 'USD', partitions: [0, 5] }],
};

function configs(replicas: number) {
  return topicSettings(topics, region, { replicas }).map(({ name, config }) => ({
    kind: topics.find((topic) => topic.name === name)?.kind,
    config,
  }));
}

test('K7 decisions and facts are kept whole and for ever, dead letters for 90 days', () => {
  for (const { kind, config } of configs(3)) {
    expect(config).toMatchObject({
      'cleanup.policy': 'delete',
      'retention.bytes': '-1',
      'retention.ms': kind === 'dead-letter' ? '7776000000' : '-1',
      'unclean.leader.election.enable': 'false',
    });
  }
});

test('K7 an acknowledgement means two copies in production', () => {
  expect(configs(3).map(({ config }) => config['min.insync.replicas'])).toEqual(topics.map(() => '2'));
  expect(configs(1).map(({ config }) => config['min.insync.replicas'])).toEqual(topics.map(() => '1'));
});

test('every topic has the partitions of all metros', () => {
  expect(topicSettings(topics, region, { replicas: 1 }).map(({ partitions }) => partitions)).toEqual(
    topics.map(() => 6),
  );
});
