import { topics as table } from './generated/tables.ts';

export type TopicName = keyof typeof table;
export type TopicKind = 'decision' | 'fact' | 'dead-letter';

export interface Topic {
  name: TopicName;
  kind: TopicKind;
  /** The service whose store (or bridge) writes to it. */
  owner: string;
  doc: string;
}

export const topics: readonly Topic[] = Object.entries(table).flatMap(([name, topic]) =>
  isTopicName(name) ? [{ name, ...topic }] : [],
);

export function topicOf(name: TopicName): Topic {
  return { name, ...table[name] };
}

export function topicsOwnedBy(service: string): Topic[] {
  return topics.filter((topic) => topic.owner === service);
}

export function isTopicName(name: string): name is TopicName {
  return Object.hasOwn(table, name);
}
