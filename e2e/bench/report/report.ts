import type { Durability, Measured } from '@dabba/testing';
import type { Machine } from './machine.ts';

export interface Report {
  /** UTC. */
  at: string;
  /** Each figure is the median of so many. */
  runs: number;
  durability: Durability;
  machine: Machine;
  benches: { letter: string; title: string; seconds: number; measured: readonly Measured[] }[];
  /** Targets not reached: `(b) a command at 500/s: p99`. */
  missed: string[];
  ok: boolean;
}

export function missedIn(benches: Report['benches']): string[] {
  return benches.flatMap(({ letter, measured }) =>
    measured
      .filter(({ pass }) => !pass)
      .map(({ name, value, unit, target }) => `(${letter}) ${name}: ${value} ${unit}, wanted ${target}`),
  );
}

/** For people. */
export function tableOf({ machine, durability, benches, runs, missed }: Report): string {
  return [
    `${machine.cores} × ${machine.cpu}, ${machine.memoryGiB} GiB, Linux ${machine.kernel}, load before ${machine.loadBefore}`,
    `Node ${machine.node}, Postgres ${machine.postgres}, Kafka brokers ${machine.brokers}, one fdatasync ${machine.fdatasync} µs`,
    Object.entries(durability)
      .map(([name, value]) => `${name} = ${value}`)
      .join(', '),
    `medians of ${runs}; ratios are to the raw ceiling of the same run`,
    ...benches.flatMap(({ letter, title, seconds, measured }) => [
      '',
      `(${letter}) ${title}, ${seconds} s`,
      ...measured.map(line),
    ]),
    '',
    ...missed.map((each) => `missed ${each}`),
    ...(missed.length === 0 && aimed(benches) ? ['Every target is reached.'] : []),
  ].join('\n');
}

function line({ name, value, unit, ratio, target, pass }: Measured): string {
  return [
    pass ? ' ' : '✗',
    name.padEnd(62),
    value.toLocaleString('en').padStart(11),
    unit.padEnd(11),
    (ratio === undefined ? '' : `${ratio}×`).padStart(8),
    target ?? '',
  ]
    .join(' ')
    .trimEnd();
}

function aimed(benches: Report['benches']): boolean {
  return benches.some(({ measured }) => measured.some(({ target }) => target !== undefined));
}
