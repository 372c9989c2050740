import type { Reaction, Response } from '@dabba/projections';
import { service } from '../../../services/meals/src/service.ts';

// A door that was shut is settled twice, each time on what was known before it was shut.
const { reactions } = service;
Object.assign(service, {
  reactions: (deps: Parameters<NonNullable<typeof reactions>>[0]): Reaction[] =>
    (reactions?.(deps) ?? []).map((reaction) => {
      const once = reaction.on.FridgeDoorClosed;
      if (!once) return reaction;
      return { ...reaction, on: { ...reaction.on, FridgeDoorClosed: (event) => twice(once(event)) } };
    }),
});

function twice(response: Response | undefined): Response | undefined {
  if (!response) return undefined;
  return {
    ...response,
    decide(unit, ...rest) {
      const before = new Map<string, unknown>();
      const forgetful: typeof unit = Object.create(unit, {
        load: {
          value: (ref: Parameters<typeof unit.load>[0]) => {
            if (!before.has(ref.id)) before.set(ref.id, unit.load(ref));
            return before.get(ref.id);
          },
        },
        append: { value: unit.append.bind(unit) },
        enqueue: { value: unit.enqueue.bind(unit) },
      });
      response.decide(forgetful, ...rest);
      return response.decide(forgetful, ...rest);
    },
  };
}
