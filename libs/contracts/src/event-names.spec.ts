import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { allSchemas } from './codec.ts';

const page = readFileSync(new URL('../../../docs/event-names.md', import.meta.url), 'utf8');
const names = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
const [ofEvents = [], ofTopics = []] = page
  .split(/\n\n(?=\|)/)
  .slice(1)
  .map((table) =>
    table
      .split('\n')
      .slice(2)
      .map((row) => row.split('|').slice(1, -1).map(names)),
  );

it('X-02 every event that goes by another name elsewhere is one of ours, on the topics that are named', () => {
  const topicOf = new Map<string, string>(allSchemas().map(({ name, topic }) => [name, topic]));
  expect(ofEvents.length).toBeGreaterThan(7);
  for (const [elsewhere = [], here = [], topics = []] of ofEvents) {
    expect([elsewhere, [...new Set(here.map((name) => topicOf.get(name)))]]).toEqual([elsewhere, topics]);
  }
});

it.each([
  ...[
    'OrderCreatedEvent',
    'OrderPaidEvent',
    'OrderCreated',
    'OrderUpdated',
    'OrderCancelled',
    'OrderConfirmed',
  ],
  ...['Order.Created', 'Payment.Success', 'Stock.LowAlert', 'Order.StatusChanged', 'Menu.Updated'],
])('X-02 S1-EVT-02 S1-EVT-03 S2-EVT-03 S4-EVT-01 the seeds’ %s has one', (name) => {
  expect(ofEvents.filter(([elsewhere = []]) => elsewhere.includes(name))).toHaveLength(1);
});

it.each(['order-events', 'payment-events', 'vendor-events'])(
  'S2-EVT-01 the topic %s is one of ours',
  (name) => {
    const found = ofTopics.find(([elsewhere = []]) => elsewhere.includes(name));
    const topics = new Set<string>(allSchemas().map(({ topic }) => topic));
    expect(found?.[1]?.every((topic) => topics.has(topic))).toBe(true);
  },
);
