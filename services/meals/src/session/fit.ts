import { type Refusal, refuse } from '@dabba/event-store';

/** A door cannot protect one meal from a hand, so one that is unsafe keeps it shut for customers until staff take it out. */
export function unfit(
  inside: readonly { meal_id: string; expires_at: Date }[],
  now: number,
): Refusal | undefined {
  const expired = inside.filter(({ expires_at }) => expires_at.getTime() <= now).length;
  return expired === 0
    ? undefined
    : refuse(409, 'fridge-unsafe', `Staff have to take out ${expired} expired meals first`);
}
