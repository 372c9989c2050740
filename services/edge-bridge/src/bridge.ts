import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '@dabba/kafka';
import type { ServiceDeps } from '@dabba/service-kit';
import type { Registry } from 'prom-client';
import { type Acceptance, acceptFacts } from './acceptance/acceptance.ts';
import { type Delivery, deliverCommands } from './commands/deliver.ts';
import { followCommands } from './commands/follow.ts';
import { UnconfirmedCommands } from './commands/unconfirmed.ts';
import type { AskIdentity } from './credentials/ask-identity.ts';
import { authenticator } from './credentials/authenticate.ts';
import { rechecks } from './credentials/recheck.ts';
import { RememberedCredentials } from './credentials/remembered.ts';
import { factSender, type SendFacts } from './fact/send-facts.ts';
import type { StoredFact } from './fact/stored-fact.ts';
import { writtenSchemas } from './fact/written-schemas.ts';
import { bridgeMetrics } from './metrics.ts';
import { type Door, openDoor } from './mqtt/door.ts';
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
  const metrics = bridgeMetrics(deps.metrics, {
    devices: () => [...door.sessions()].length,
    spool: () => spool.status(),
    unconfirmedCommands: () => commands.size,
    now,
  });
  const schemas = await writtenSchemas(join(directory, 'schemas'));
  const direct = kafka.publisher({ timeout: settings.kafkaTimeout });
  const patient = kafka.publisher();
  const acceptance: Acceptance = acceptFacts({
    spool,
    sendNow: timed(factSender(direct, registry, schemas)),
    sendSpooled: timed(factSender(patient, registry, schemas)),
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
      for (const session of door.sessions()) if (session.clientId === clientId) session.close();
    },
  });
  const door: Door = await openDoor({
    ...settings.mqtt,
    authenticator: authentication,
    now,
    accept,
    onConnected: recheck.begin,
    onDisconnected: recheck.end,
    onListening: (device) => delivery.deliverTo(device),
    onRejected({ fridgeId, metro }, code) {
      metrics.rejected.inc({ code });
      log.warn({ fridge: fridgeId, metro: metro.id, code }, 'A message is not a fact');
    },
    onRefused: (because) => metrics.refused.inc({ because }),
  });
  const following = await followCommands({
    kafka,
    registry,
    commands,
    onIssued: (fridges) => delivery.deliver(fridges),
    onUnreadable: (error) =>
      log.error({ err: error }, 'A record about a fridge cannot be read and is passed over'),
  });
  const delivery: Delivery = deliverCommands({
    connected: () => [...door.sessions()].map(({ device }) => device),
    unconfirmed: (fridgeId) => commands.of(fridgeId),
    complete: following.complete,
    send: (device, body) => door.send(device, 'commands', body),
    warn,
    resendEvery: settings.commandResend,
  });

  async function accept(fact: StoredFact): Promise<void> {
    const end = metrics.acceptance.startTimer();
    await acceptance.accept(fact);
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

  return {
    mqttPort: door.port,
    spool: () => spool.status(),
    async stop() {
      delivery.stop();
      await following.stop();
      // Facts on their way are still acknowledged; later ones are not taken.
      await acceptance.stop();
      await door.close();
      recheck.stop();
      await Promise.all([direct.close(), patient.close()]);
      await spool.close();
      await remembered.flush();
      await unlock();
    },
  };
}
