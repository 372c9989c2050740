import type { PortUse } from '../ports.ts';
import type { ChildSpec } from '../process/child.ts';
import type { ProcessName } from '../types.ts';

/** What the lib must know of a server to run it. */
export interface Server {
  name: ProcessName;
  /** As a person would say it. */
  title: string;
  ports: readonly PortUse[];
  /** Makes data and settings ready; called before each start. */
  prepare(): Promise<void>;
  /** Only asked after `prepare`. */
  child(): Omit<ChildSpec, 'logFile' | 'pidFile' | 'name'>;
  /** Whether it serves; `log` is what this run has written so far. */
  answers(log: string): Promise<boolean>;
  /** A failed start that a moment's patience cures, told by its log. */
  isPassing?(log: string): boolean;
}

/** Where a server keeps its things and what it is told about its neighbours. */
export interface Place {
  dir: string;
  ports: Readonly<Record<'kafka' | 'controller' | 'registry' | 'postgres', number>>;
}
