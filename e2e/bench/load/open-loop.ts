import { setTimeout as pause } from 'node:timers/promises';
import { latencies } from '@dabba/testing';

export interface Loop {
  /** Offered, a second. */
  rate: number;
  sent: number;
  /** Answers by what `send` said they were. */
  answers: Record<string, number>;
  /** Milliseconds from the time a request was due, so that a server which stalls is charged for all who had to wait. */
  p50: number;
  p95: number;
  p99: number;
  max: number;
  /** Milliseconds from the last request due to the last answer. */
  late: number;
  /** More than two seconds of requests were waiting: nothing more was sent. */
  drowned: boolean;
}

/** Sends at a fixed rate whether answers come or not. */
export async function openLoop(
  rate: number,
  seconds: number,
  send: (n: number) => Promise<string>,
): Promise<Loop> {
  const taken = latencies();
  const answers: Record<string, number> = {};
  const total = Math.round(rate * seconds);
  const begin = performance.now() + 5;
  const dueAt = (n: number) => begin + (n * 1000) / rate;
  let sent = 0;
  let answered = 0;
  let drowned = false;

  const fire = async (n: number) => {
    const answer = await send(n).catch((error: Error) => error.name);
    taken.record(performance.now() - dueAt(n));
    answers[answer] = (answers[answer] ?? 0) + 1;
    answered += 1;
  };

  const running: Promise<void>[] = [];
  while (sent < total && !drowned) {
    while (sent < total && dueAt(sent) <= performance.now()) running.push(fire(sent++));
    drowned = sent - answered > rate * 2;
    await pause(Math.max(0, dueAt(sent) - performance.now()));
  }
  await Promise.all(running);
  return {
    rate,
    sent,
    answers,
    p50: taken.p(50),
    p95: taken.p(95),
    p99: taken.p(99),
    max: taken.max(),
    late: performance.now() - dueAt(sent - 1),
    drowned,
  };
}
