import { freePort, removeStackFolder, type ServiceSpec, StackError } from '@dabba/stack';
import { type Platform, startPlatform } from '../platform/platform.ts';
import { nodeProcess, ordering } from '../platform/processes.ts';
import { generous, unlimited } from './unlimited.ts';

export interface WorldOptions {
  dir: string;
  /** Service → file loaded before its own main; for sabotage. */
  preload?: Readonly<Record<string, string>>;
  onProgress(line: string): void;
  /** A process ended though nobody killed it. */
  onExit(name: string, reason: string): void;
}

/** A platform with meals and the gateway twice: gateway → meals, gateway-2 → meals-2, one database behind both. */
export interface World {
  platform: Platform;
  /** Base URLs of both gateways. */
  gateways: readonly [string, string];
  /** `/health/ready` and `/metrics` of every service: name → base URL. */
  services: Readonly<Record<string, string>>;
  stop(): Promise<void>;
  /** Removes data and logs. */
  remove(): Promise<void>;
}

/** Drilled by themselves: `--receipts`, and what orders need. */
const apart: ReadonlySet<string> = new Set(['receipts', 'tax-office', 'logistics', ...ordering, 'stripe']);

const settings = {
  ...unlimited,
  COMMAND_RESEND_MS: '1500',
  // Folds stand still while everything they need is killed in turn; fridges are no less there for that.
  FRIDGE_OFFLINE_AFTER_MS: generous,
  SESSION_LIMIT: generous,
  SESSION_LIMIT_MINUTES: '1',
  UNPAID_LIMIT: generous,
};

export async function startWorld({ dir, preload = {}, onProgress, onExit }: WorldOptions): Promise<World> {
  const [mealsPort, gatewayPort] = [await freePort(), await freePort()];
  const at = (port: number) => `http://127.0.0.1:${port}`;
  const platform = await startPlatform({
    dir,
    ports: 'free',
    env: settings,
    onProgress,
    onExit,
    processes: (specs, env) =>
      [
        ...specs.filter(({ name }) => !apart.has(name)),
        nodeProcess('meals-2', 'services/meals/src/main.ts', mealsPort, {
          ...env,
          MEALS_PORT: String(mealsPort),
        }),
        nodeProcess('gateway-2', 'services/gateway/src/main.ts', gatewayPort, {
          ...env,
          GATEWAY_PORT: String(gatewayPort),
          MEALS_URL: at(mealsPort),
        }),
      ].map((spec) => preloaded(spec, preload)),
  });
  const { ports } = platform;
  return {
    platform,
    gateways: [platform.url, at(gatewayPort)],
    services: {
      identity: at(ports.identity),
      meals: at(ports.meals),
      'meals-2': at(mealsPort),
      'edge-bridge': at(ports['edge-bridge']),
      gateway: at(ports.gateway),
      'gateway-2': at(gatewayPort),
    },
    stop: () => platform.stop(),
    remove: () => removeStackFolder(dir),
  };
}

/** Replicas are sabotaged alike: `meals` means `meals-2`, too. */
function preloaded(spec: ServiceSpec, preload: Readonly<Record<string, string>>): ServiceSpec {
  const file = preload[spec.name.replace(/-2$/, '')];
  if (file === undefined) return spec;
  const [loader, tsx, ...main] = spec.args;
  if (loader === undefined || tsx === undefined) throw new StackError(`${spec.name} has no arguments.`);
  return { ...spec, args: [loader, tsx, '--import', file, ...main] };
}
