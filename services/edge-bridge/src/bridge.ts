import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '@dabba/kafka';
import type { ServiceDeps } from '@dabba/service-kit';
import type { Registry } from 'prom-client';
import { type Acceptance, acceptFacts } from './acceptance/acceptance.ts';
import { deliverCommands } from './commands/deliver.ts';
import { followFridges } from './commands/follow.ts';
import { pastFile } from './commands/past.ts';
import { UnconfirmedCommands } from './commands/unconfirmed.ts';
import type { AskIdentity } from './credentials/ask-identity.ts';
import { authenticator } from './credentials/authenticate.ts';
import { rechecks } from './credentials/recheck.ts';
import { RememberedCredentials } from './credentials/remembered.ts';
import { factSender, type SendFacts } from './fact/send-facts.ts';
import type { StoredFact } from './fact/stored-fact.ts';
import { traced } from './fact/traced.ts';
import { writtenSchemas } from './fact/written-schemas.ts';
import { bridgeMetrics } from './metrics.ts';
import { type Door, openDoor } from './mqtt/door.ts';
import { deliverPolicies } from './policies/deliver.ts';
import { LatestPolicies } from './policies/latest.ts';
import type { BridgeSettings } from './settings.ts';
import { lockDirectory } from './spool/lock.ts';
import { Spool, type SpoolStatus } from './spool/spool.ts';

export interface BridgeOptions extends Pick<ServiceDeps, 'region' | 'metros' | 'kafka' | 'registry' | 'now'> {
  log: Log;
  settings: BridgeSettings;
  ask: AskIdentity;
  metrics: Registry;
}

export interface Bridge {
  mqttPort: number;
  spool(): SpoolStatus;
  stop(): Promise<void>;
}

/** Puts the parts together; what opens first closes last. */
export async function openBridge({ settings, ask, ...deps }: BridgeOptions): Promise<Bridge> {
  const { kafka, registry, log, now } = deps;
  const { directory } = settings;
  const warn = (error: unknown, message: string) => log.warn({ err: error }, message);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const unlock = await lockDirectory(directory);
  const spool = await Spool.open({
    directory: join(directory, 'spool'),
    budget: settings.spoolBudget,
    now,
    alarm: (message) => log.error({}, message),
  });
  const commands = new UnconfirmedCommands();
  const policies = new LatestPolicies();
  let door: Door | undefined;
  const sessions = () => [...(door?.sessions() ?? [])];
  const metrics = bridgeMetrics(deps.metrics, {
    devices: () => sessions().length,
    spool: () => spool.status(),
    unconfirmedCommands: () => commands.size,
    policies: () => policies.size,
    now,
  });
  const schemas = await writtenSchemas(join(directory, 'schemas'));
  const direct = kafka.publisher({ timeout: settings.kafkaTimeout });
  const patient = kafka.publisher();
  const acceptance: Acceptance = acceptFacts({
    spool,
    sendNow: timed(factSender(direct, registry, schemas, settings.kafkaTimeout)),
    sendSpooled: timed(factSender(patient, registry, schemas, 10_000)),
    warn,
  });
  const remembered = await RememberedCredentials.open({
    directory,
    maxAge: settings.credentialMaxAge,
    now,
    onUnsaved: (error) => warn(error, 'Accepted credentials are not on disk; a restart would forget them'),
  });
  const recheck = rechecks((clientId, secret) => authentication.recheck(clientId, secret));
  const authentication = authenticator({
    region: { ...deps.region, metros: deps.metros },
    ask,
    remembered,
    now,
    onRevoked: (clientId) => {
      for (const session of sessions()) if (session.clientId === clientId) session.close();
    },
  });
  const delivery = deliverCommands({
    commands,
    connected: () => sessions().map(({ device }) => device),
    send: async (device, body) => door?.send(device, 'commands', body),
    warn,
    now,
  });
  const allowing = deliverPolicies({
    policies,
    complete: () => commands.complete,
    connected: () => sessions().map(({ device }) => device),
    send: async (device, body) => door?.send(device, 'policy', body),
    warn,
    now,
  });
  const stopFollowing = await followFridges({
    kafka,
    registry,
    commands,
    policies,
    past: pastFile(directory),
    onIssued: delivery.deliver,
    onPolicies: allowing.deliver,
    onUnreadable: (error) =>
      log.error({ err: error }, 'A record about a fridge cannot be read and is passed over'),
    onUnkept: (error) => warn(error, 'What was read of the fridges is not on disk; a restart reads it again'),
  });
  const resending = setInterval(() => delivery.deliver('all'), settings.commandResend);
  const stop = async () => {
    clearInterval(resending);
    // Facts on their way are still acknowledged; later ones are not taken.
    await Promise.all([acceptance.stop(), stopFollowing()]);
    await door?.close();
    recheck.stop();
    await Promise.all([direct.close(), patient.close()]);
    await spool.close();
    await remembered.flush();
    await unlock();
  };
  try {
    door = await openDoor({
      ...settings.mqtt,
      authenticator: authentication,
      now,
      accept,
      onConnected: recheck.begin,
      onDisconnected: recheck.end,
      onListening(device, channel) {
        if (channel === 'commands') delivery.deliverTo(device);
        if (channel === 'policy') allowing.deliverTo(device);
      },
      onRejected({ fridgeId, metro }, code) {
        metrics.rejected.inc({ code });
        log.warn({ fridge: fridgeId, metro: metro.id, code }, 'A message is not a fact');
      },
      onRefused: (because) => metrics.refused.inc({ because }),
      onTrouble: (error) => warn(error, 'A connection could not be taken'),
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { mqttPort: door.port, spool: () => spool.status(), stop };

  async function accept(fact: StoredFact): Promise<void> {
    const end = metrics.acceptance.startTimer();
    await traced(fact, acceptance.accept);
    end();
    metrics.accepted.inc({ type: fact.name, metro: fact.meta.metro });
  }

  function timed(send: SendFacts): SendFacts {
    return async (facts) => {
      const end = metrics.publish.startTimer();
      try {
        await send(facts);
        end({ outcome: 'acknowledged' });
      } catch (error) {
        end({ outcome: 'failed' });
        throw error;
      }
    };
  }
}
