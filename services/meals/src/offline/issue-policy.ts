import type { Reaction, Response } from '@dabba/projections';
import type { TaskHandler } from '@dabba/tasks';
import type { IssuePolicy } from './issue.ts';

interface ForFridge {
  fridgeId: string;
  metro: string;
}

/** Milliseconds until the lists a policy is made from have surely heard of it, too. */
const listsTrail = 1_000;

/** A fridge that holds what nobody may eat any more is told at once; what else changes waits for the next round. */
export const onUnsafeInside: Reaction = {
  name: 'meals-on-unsafe-inside',
  topics: ['meals'],
  on: {
    MealWithdrawn: ({ data, meta }) => asked(data.fridgeId, meta.metro, meta.time),
    MealSpoiled: ({ data, meta }) => asked(data.fridgeId, meta.metro, meta.time),
  },
};

export function issuePolicyTask(issue: IssuePolicy): TaskHandler<ForFridge> {
  return {
    name: 'issue-policy',
    parse(payload) {
      const { fridgeId, metro }: Record<string, unknown> = { ...Object(payload) };
      if (typeof fridgeId !== 'string' || typeof metro !== 'string') throw new TypeError('No fridge');
      return { fridgeId, metro };
    },
    run: ({ fridgeId, metro }) => issue(fridgeId, metro),
  };
}

function asked(fridgeId: string | null, metro: string, time: number): Response | undefined {
  if (fridgeId === null) return undefined;
  return {
    streams: [],
    decide(unit) {
      unit.enqueue({
        task: 'issue-policy',
        key: `issue-policy:${fridgeId}`,
        payload: { fridgeId, metro },
        runAt: time + listsTrail,
      });
      return undefined;
    },
  };
}
