import { freePort, removeStackFolder } from '@dabba/stack';
import { type Platform, startPlatform } from '../../platform/platform.ts';
import { nodeProcess } from '../../platform/processes.ts';
import { unlimited } from '../unlimited.ts';

/** Receipts and the gateway twice, one database behind both; identity and both authorities once. */
export interface ReceiptsWorld {
  platform: Platform;
  gateways: readonly string[];
  /** `/health/ready` of each: name → base URL. */
  services: Readonly<Record<string, string>>;
  /** Authority → base URL. */
  offices: Readonly<Record<'tax-office' | 'logistics', string>>;
  stop(): Promise<void>;
}

/** An office that was about to answer is given five seconds on a machine that only starts things. */
const patient = { TIMEOUT: '5000', SETTLES: '5000', PER_SECOND: '100000', BURST: '100000' };
const settings = {
  ...unlimited,
  ...prefixed('TAX_OFFICE_'),
  ...prefixed('LOGISTICS_'),
};
const needed = new Set(['identity', 'receipts', 'gateway', 'tax-office', 'logistics']);

export async function startReceiptsWorld(
  dir: string,
  onProgress: (line: string) => void,
  onExit: (name: string, reason: string) => void,
): Promise<ReceiptsWorld> {
  const [receiptsPort, gatewayPort] = [await freePort(), await freePort()];
  const at = (port: number) => `http://127.0.0.1:${port}`;
  const platform = await startPlatform({
    dir,
    ports: 'free',
    env: settings,
    onProgress,
    onExit,
    processes: (specs, env) => [
      ...specs.filter(({ name }) => needed.has(name)),
      nodeProcess('receipts-2', 'services/receipts/src/main.ts', receiptsPort, {
        ...env,
        RECEIPTS_PORT: String(receiptsPort),
      }),
      nodeProcess('gateway-2', 'services/gateway/src/main.ts', gatewayPort, {
        ...env,
        GATEWAY_PORT: String(gatewayPort),
        RECEIPTS_URL: at(receiptsPort),
      }),
    ],
  });
  const { ports } = platform;
  const offices = { 'tax-office': at(ports['tax-office']), logistics: at(ports.logistics) };
  return {
    platform,
    gateways: [platform.url, at(gatewayPort)],
    services: {
      identity: at(ports.identity),
      receipts: at(ports.receipts),
      'receipts-2': at(receiptsPort),
      gateway: at(ports.gateway),
      'gateway-2': at(gatewayPort),
      ...offices,
    },
    offices,
    async stop() {
      await platform.stop();
      await removeStackFolder(dir);
    },
  };
}

function prefixed(prefix: string): Record<string, string> {
  return Object.fromEntries(Object.entries(patient).map(([name, value]) => [`${prefix}${name}`, value]));
}
