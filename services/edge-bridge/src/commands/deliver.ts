import type { Device } from '../fact/device.ts';
import type { Command, UnconfirmedCommands } from './unconfirmed.ts';

export interface DeliveryOptions {
  commands: UnconfirmedCommands;
  /** Devices on this replica's connections. */
  connected(): Iterable<Device>;
  send(device: Device, body: CommandMessage): Promise<void>;
  warn(error: unknown, message: string): void;
  /** UTC milliseconds. */
  now(): number;
}

/** What a fridge reads on its commands topic. */
export interface CommandMessage {
  command_id: string;
  /** `LOCK` */
  kind: string;
  reason: string;
  /** ISO 8601. */
  issued_at: string;
  /** Of an OPEN: what to say back, which door, and from when on it is not to be obeyed (ISO 8601). */
  session_id?: string;
  door?: string;
  nonce?: string;
  expires_at?: string;
}

export interface Delivery {
  deliverTo(device: Device): void;
  /** To be called for all again and again, until they are confirmed. */
  deliver(fridges: ReadonlySet<string> | 'all'): void;
}

/** Sends connected fridges what they have not confirmed, as often as it is called (B4). */
export function deliverCommands({ commands, connected, send, warn, now }: DeliveryOptions): Delivery {
  function deliverTo(device: Device): void {
    if (!commands.complete) return;
    for (const command of commands.of(device.fridgeId, now())) {
      send(device, messageOf(command)).catch((error) =>
        warn(error, 'A command was not sent; it will be again'),
      );
    }
  }
  return {
    deliverTo,
    deliver(fridges) {
      commands.forgetExpired(now());
      const seen = new Set<string>();
      for (const device of connected()) {
        // Its topic reaches all its connections at once.
        if (seen.has(device.fridgeId) || (fridges !== 'all' && !fridges.has(device.fridgeId))) continue;
        seen.add(device.fridgeId);
        deliverTo(device);
      }
    },
  };
}

function messageOf({ commandId, kind, reason, issuedAt, ...open }: Command): CommandMessage {
  return {
    command_id: commandId,
    kind,
    reason,
    issued_at: new Date(issuedAt).toISOString(),
    ...(open.sessionId !== null && { session_id: open.sessionId }),
    ...(open.door !== null && { door: open.door }),
    ...(open.nonce !== null && { nonce: open.nonce }),
    ...(open.expiresAt !== null && { expires_at: new Date(open.expiresAt).toISOString() }),
  };
}
