import { type Refusal, refuse } from '@dabba/event-store';

/** A door cannot protect one meal from a hand, so one that is unsafe keeps it shut for customers until staff take it out. */
export function unfit(unsafe: number): Refusal | undefined {
  return unsafe === 0
    ? undefined
    : refuse(409, 'fridge-unsafe', `Staff have to take out ${unsafe} meals first that nobody may eat`);
}
