import type { Event } from '@dabba/contracts';
import { isRefusal, type Refusal } from '@dabba/event-store';
import { expect } from 'vitest';

interface Folding<S, E extends Event> {
  initial(): S;
  evolve(state: S, event: E): S;
}

/**
 * given(events).when(command).then(events) for a pure decider.
 *
 *   const meal = decider(mealStream, decideMeal);
 *   meal.given([produced]).when({ do: 'ship' }).then([shipped]);
 *   meal.given([sold]).when({ do: 'ship' }).thenRefused('meal-not-here');
 */
export function decider<S, E extends Event, C>(
  stream: Folding<S, E>,
  decide: (state: S, command: C) => readonly E[] | Refusal,
) {
  return {
    given(history: readonly E[]) {
      const state = history.reduce((before, event) => stream.evolve(before, event), stream.initial());
      return {
        state,
        when(command: C) {
          const before = JSON.stringify(state);
          const outcome = decide(state, command);
          expect(JSON.stringify(state), 'decide must not change the state').toBe(before);
          return {
            outcome,
            then: (events: readonly E[]) => expect(outcome).toEqual(events),
            thenNothing: () => expect(outcome).toEqual([]),
            thenRefused(code: string) {
              if (!isRefusal(outcome)) expect.fail(`expected a refusal, got ${JSON.stringify(outcome)}`);
              expect(outcome.code).toBe(code);
            },
          };
        },
      };
    },
  };
}
