import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** What tells a process from a later one that was given the same pid. */
export interface Identity {
  pid: number;
  /** When it began, in whatever form the system tells it, unique across boots. */
  started: string;
  command: string;
}

const hasProc = existsSync('/proc/self/stat');

/** The process behind a pid, or undefined when it is gone or only waits to be reaped. */
export function identify(pid: number): Identity | undefined {
  return hasProc ? fromProc(pid) : fromPs(pid);
}

/** Whether the very process that was identified still runs. One that is just being started shows no command yet. */
export function isStillRunning({ pid, started, command }: Identity): boolean {
  const now = identify(pid);
  if (now?.started !== started) return false;
  return now.command === command || now.command === '' || command === '';
}

/** Children, their children and so on, of a process that runs. */
export function descendants(pid: number): Identity[] {
  const parents = hasProc ? parentsFromProc() : parentsFromPs();
  const found: number[] = [];
  for (let grown = [pid]; grown.length > 0; ) {
    grown = parents.filter(([, parent]) => grown.includes(parent)).map(([child]) => child);
    found.push(...grown);
  }
  return found.flatMap((child) => identify(child) ?? []);
}

function fromProc(pid: number): Identity | undefined {
  const stat = readProcStat(pid);
  if (!stat || stat.state === 'Z') return undefined;
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return { pid, started: `${bootId()}/${stat.started}`, command };
  } catch {
    return undefined;
  }
}

function readProcStat(pid: number) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets and may itself hold spaces and brackets.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0], parent: Number(fields[1]), started: fields[19] };
  } catch {
    return undefined;
  }
}

let knownBootId: string | undefined;
function bootId(): string {
  knownBootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return knownBootId;
}

function parentsFromProc(): [child: number, parent: number][] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name): [number, number][] => {
      const stat = readProcStat(Number(name));
      return stat ? [[Number(name), stat.parent]] : [];
    });
}

function fromPs(pid: number): Identity | undefined {
  const [line] = ps(['-o', 'state=,lstart=,command=', '-p', String(pid)]);
  const match = line?.trim().match(/^(\S+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(.*)$/);
  if (!match?.[1] || !match[2] || match[1].startsWith('Z')) return undefined;
  return { pid, started: match[2], command: match[3] ?? '' };
}

function parentsFromPs(): [child: number, parent: number][] {
  return ps(['-axo', 'pid=,ppid=']).map((line) => {
    const [child, parent] = line.trim().split(/\s+/).map(Number);
    return [child ?? 0, parent ?? 0];
  });
}

function ps(args: string[]): string[] {
  try {
    return execFileSync('ps', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .split('\n')
      .filter((line) => line.trim() !== '');
  } catch {
    return [];
  }
}
