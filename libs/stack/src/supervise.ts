import { join, resolve } from 'node:path';
import { type PortUse, requireFreePort } from './ports.ts';
import { endOrphan } from './process/pid-file.ts';
import { pidFolder, type Runner, runner } from './process/runner.ts';
import { StackError } from './stack-error.ts';

export interface ServiceSpec {
  name: string;
  command: string;
  args: readonly string[];
  /** Added to our own environment. */
  env?: Readonly<Record<string, string | undefined>>;
  cwd?: string;
  /** Answers 2xx when the service is ready. */
  readyUrl: string;
  /** Ports it listens on: checked before it starts, so that a taken one gives a sentence rather than a stack trace. */
  ports?: readonly PortUse[];
}

export interface SuperviseOptions {
  /** Folder for pid files and logs. */
  dir: string;
  /** Default 60 s. */
  readyWithinMs?: number;
  /** How long a service may take to drain when stopped (default 7 s), then it is killed. */
  graceMs?: number;
  onProgress?: (line: string) => void;
  /** Called when a service ends though nobody asked it to. */
  onExit?: (service: string, reason: string) => void;
}

/** Running services, by name. */
export interface Services {
  pid(name: string): number | undefined;
  kill9(name: string): Promise<void>;
  /** Starts it again, ending it first if it runs; resolves when it is ready. */
  restart(name: string): Promise<void>;
  /** Ends one, politely. */
  stopOne(name: string): Promise<void>;
  /** Ends all of them within 10 s. */
  stop(): Promise<void>;
}

/**
 * Starts services side by side and resolves when all are ready. What a killed run left behind in `dir` is ended first; should
 * this process die, its services end too.
 *
 * @throws StackError naming the first that did not become ready; the others are stopped.
 */
export async function superviseServices(
  specs: readonly ServiceSpec[],
  options: SuperviseOptions,
): Promise<Services> {
  const dir = resolve(options.dir);
  const pids = pidFolder(dir, 'services');
  await Promise.all(specs.map(({ name }) => endOrphan(join(pids, `${name}.json`))));
  for (const port of specs.flatMap(({ ports }) => ports ?? [])) await requireFreePort(port);
  const runners = new Map(specs.map((spec) => [spec.name, runnerOf(spec, dir, options)]));
  const services = controls(runners);
  const starts = [...runners].map(async ([name, service]) => {
    await service.start();
    options.onProgress?.(`${name} is ready`);
  });
  for (const start of await Promise.allSettled(starts)) {
    if (start.status === 'fulfilled') continue;
    await services.stop();
    throw start.reason;
  }
  return services;
}

function runnerOf(spec: ServiceSpec, dir: string, options: SuperviseOptions): Runner {
  const { onExit } = options;
  return runner({
    name: spec.name,
    title: spec.name,
    dir,
    kind: 'services',
    prepare: async () => {},
    child: () => spec,
    answers: async () => {
      const response = await fetch(spec.readyUrl, { signal: AbortSignal.timeout(2000) }).catch(
        () => undefined,
      );
      return response?.ok === true;
    },
    readyWithinMs: options.readyWithinMs ?? 60_000,
    graceMs: options.graceMs ?? 7000,
    ...(onExit && { onExit: (reason: string) => onExit(spec.name, reason) }),
  });
}

function controls(runners: Map<string, Runner>): Services {
  const named = (name: string) => {
    const found = runners.get(name);
    if (!found) throw new StackError(`There is no service "${name}" here.`);
    return found;
  };
  return {
    pid: (name) => named(name).pid(),
    kill9: (name) => named(name).kill9(),
    restart: (name) => named(name).start(),
    stopOne: (name) => named(name).stop(),
    stop: async () => {
      await Promise.all([...runners.values()].map((each) => each.stop()));
    },
  };
}
