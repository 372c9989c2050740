import type { HealthCheck, StoreDeps } from '@dabba/service-kit';
import { authoritiesFrom } from '../authorities/index.ts';
import type { Authority } from '../authorities/port.ts';
import { recorder } from './record.ts';
import { type Registrar, type RegistrarSettings, startRegistrar as startOne, usual } from './registrar.ts';

/** What runs in this process, as routes, health and metrics see it. */
interface Registration {
  authorities: readonly Authority[];
  running: readonly Registrar[];
}

const known = new WeakMap<StoreDeps, Registration>();

export function registrationOf(deps: StoreDeps): Registration {
  const found = known.get(deps) ?? { authorities: authoritiesFrom(deps.env), running: [] };
  known.set(deps, found);
  return found;
}

/** Asks every authority that has an address, until it is stopped. */
export function startRegistrar(
  deps: StoreDeps,
  settings: RegistrarSettings = usual,
): { stop(): Promise<void> } {
  const { authorities } = registrationOf(deps);
  const record = recorder(deps);
  const running = authorities.map((authority) => startOne({ ...deps, record }, authority, settings));
  known.set(deps, { authorities, running });
  return { stop: async () => void (await Promise.all(running.map((one) => one.stop()))) };
}

/** An authority whose breaker is not closed degrades the service: what it has to register waits. */
export function authorityChecks(deps: StoreDeps): HealthCheck[] {
  return registrationOf(deps).authorities.map(({ name }) => ({
    name,
    required: false,
    async check() {
      const registrar = registrationOf(deps).running.find(({ authority }) => authority === name);
      if (registrar && registrar.breaker() !== 'closed') throw new Error(`The breaker of ${name} is open`);
    },
  }));
}
