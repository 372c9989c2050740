import type { Recorded } from '@dabba/contracts';
import type { AnyStreamRef, CommandContext, ReactionUnit } from '@dabba/event-store';
import { isRefusal } from '@dabba/event-store';
import type { Log } from '../consume/deps.ts';
import type { Failure, Placed } from '../fold/fold.ts';
import { messageOf } from '../postgres/errors.ts';
import type { Reaction, Response } from '../types.ts';

export interface Answered<P extends Placed> {
  placed: P;
  response: Response;
}

/** What the events call for. A throwing one fails; its stream's later events wait with it. */
export function responsesTo<P extends Placed>(
  reaction: Reaction,
  events: readonly P[],
  failedBefore: ReadonlyMap<P, string>,
): { answered: Answered<P>[]; failures: Failure<P>[] } {
  const waiting = new Map<string, string>();
  const failures: Failure<P>[] = [];
  const answered: Answered<P>[] = [];
  for (const placed of events) {
    const { meta } = placed.event;
    const behind = waiting.get(meta.stream);
    const called = behind === undefined ? call(reaction, placed.event) : undefined;
    const error = behind ?? failedBefore.get(placed) ?? called?.error;
    if (error !== undefined) {
      failures.push({ placed, error });
      if (behind === undefined) waiting.set(meta.stream, `behind ${meta.id}`);
    } else if (called?.response) answered.push({ placed, response: called.response });
  }
  return { answered, failures };
}

function call(reaction: Reaction, event: Recorded): { response?: Response; error?: string } {
  const handlers: { readonly [name: string]: unknown } = reaction.on;
  const handler = handlers[event.type];
  if (typeof handler !== 'function') return {};
  try {
    return { response: handler(event) };
  } catch (error) {
    return { error: messageOf(error) };
  }
}

/** Every stream once. */
export function streamsOf(answered: readonly Answered<Placed>[]): AnyStreamRef[] {
  const streams = new Map<string, AnyStreamRef>();
  for (const { response } of answered) {
    for (const ref of response.streams) if (!streams.has(ref.id)) streams.set(ref.id, ref);
  }
  return [...streams.values()];
}

/** A decision threw: what the unit holds is to be thrown away and decided again without its event. */
export class DecisionFailed<P> extends Error {
  override name = 'DecisionFailed';
  readonly placed: P;
  constructor(placed: P, cause: unknown) {
    super(messageOf(cause), { cause });
    this.placed = placed;
  }
}

/** Each event decides on what those before it left, as its own cause. */
export function decideAll<P extends Placed>(
  reaction: Reaction,
  unit: ReactionUnit,
  answered: readonly Answered<P>[],
  log: Log,
): void {
  for (const { placed, response } of answered) {
    const context = contextOf(reaction, placed.event);
    unit.because(context);
    const refusal = decideOne(placed, response, unit, context);
    if (isRefusal(refusal))
      log.debug({ reaction: reaction.name, event: placed.event.meta.id, code: refusal.code }, refusal.detail);
  }
}

function decideOne<P extends Placed>(
  placed: P,
  response: Response,
  unit: ReactionUnit,
  context: CommandContext,
) {
  try {
    return response.decide(unit, context);
  } catch (error) {
    throw new DecisionFailed(placed, error);
  }
}

/** The event's own time is the only clock, so that a repetition decides the same. */
export function contextOf(reaction: Reaction, { meta }: Recorded): CommandContext {
  return {
    actor: `reaction:${reaction.name}`,
    now: meta.time,
    causationId: meta.id,
    correlationId: meta.correlationId ?? meta.id,
    ...(meta.traceparent === undefined ? {} : { traceparent: meta.traceparent }),
  };
}
