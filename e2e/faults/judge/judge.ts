import { type TopicName, topicsOwnedBy } from '@dabba/contracts';
import type { Doors } from '../doors.ts';
import type { Ledger } from '../ledger.ts';
import { judgeAccepted, type Kind } from './accepted.ts';
import { endsOfMeals } from './ends.ts';
import { judgeFacts } from './facts.ts';
import { Findings } from './findings.ts';
import { readJournals } from './journals.ts';
import { judgeLots } from './lots.ts';
import { judgeGaps, judgeMealRows, judgeRebuilds, judgeSales } from './read-models.ts';
import { judgeSessions, type SessionEnds } from './sessions.ts';
import { readStore } from './store.ts';
import { judgeTopic } from './topics.ts';

export interface Verdict {
  kinds: readonly Kind[];
  sessions: SessionEnds;
  lost: number;
  doubled: number;
  readModelsEqual: boolean;
  topicsEqualStores: boolean;
  failures: readonly string[];
}

/** Compares what was promised with Postgres, Kafka and the read models. Everything has to be drained. */
export async function judge(doors: Doors, ledger: Ledger, journalFolder: string): Promise<Verdict> {
  const findings = new Findings();
  const journals = readJournals(journalFolder);
  const store = await readStore(doors.meals);
  const published = new Set<string>();
  const topicsFrom = async (service: 'meals' | 'identity', events: typeof store) => {
    const topics: TopicName[] = topicsOwnedBy(service)
      .filter(({ kind }) => kind === 'decision')
      .map(({ name }) => name);
    const since = (position: number) => readStore(doors[service], position);
    for (const topic of topics)
      for (const id of await judgeTopic(doors.kafka, topic, events, since, findings)) published.add(id);
  };
  await topicsFrom('meals', store);
  await topicsFrom('identity', await readStore(doors.identity));
  const topicsEqualStores = findings.failures.length === 0;
  const factsOnTopic = await judgeFacts(doors.kafka, journals, findings);
  const { commands } = ledger;
  const sessions = judgeSessions(commands, ledger.refusedKeys, journals, store, findings);
  const ends = endsOfMeals(commands, journals, sessions);
  const rightRows = await judgeMealRows(doors.meals, ends, findings);
  const evidence = { commands, journals, sessions, store, published, factsOnTopic, rightRows };
  const accepted = judgeAccepted(evidence, findings);
  const lots = accepted.find(({ kind }) => kind === 'lots made');
  const balanced = await judgeLots(doors.meals, ends, store, findings);
  const kinds = accepted.map((kind) => (kind === lots ? { ...kind, inReadModel: balanced } : kind));
  await judgeKeys(doors, ledger, findings);
  await judgeSales(doors.meals, ends, findings);
  await judgeGaps(doors.meals, journals, findings);
  const readModelsEqual = await judgeRebuilds(doors, findings);
  const { lost, doubled, failures } = findings;
  return { kinds, sessions: sessions.ends, lost, doubled, readModelsEqual, topicsEqualStores, failures };
}

/** One stored answer for each accepted key, and none for others (E7). Tasks that only enqueue keep keys of the store's own. */
async function judgeKeys(doors: Doors, ledger: Ledger, findings: Findings): Promise<void> {
  const { rows } = await doors.meals.query<{ key: string }>(
    `select key from dabba.idempotency where principal <> 'dabba'`,
  );
  const stored = new Set(rows.map(({ key }) => key));
  findings.wrong('E7: one key got two different answers', ledger.twoAnswers);
  const accepted = new Set(ledger.commands.map(({ key }) => key));
  findings.wrong(
    'E7: keys that were answered are not stored',
    [...accepted].filter((key) => !stored.has(key)),
  );
  findings.wrong(
    'E7: keys are stored that nobody was told of',
    [...stored].filter((key) => !accepted.has(key) && !ledger.refusedKeys.has(key)),
  );
}
