import type { Device } from '../fact/device.ts';
import type { Command } from './unconfirmed.ts';

export interface DeliveryOptions {
  /** Devices on this replica's connections. */
  connected(): Iterable<Device>;
  unconfirmed(fridgeId: string): readonly Command[];
  /** False while what is unconfirmed is not known yet. */
  complete(): boolean;
  send(device: Device, body: object): Promise<void>;
  warn(error: unknown, message: string): void;
  /** Milliseconds after which an unconfirmed command is sent again. */
  resendEvery: number;
}

export interface Delivery {
  deliverTo(device: Device): void;
  deliver(fridges: ReadonlySet<string> | 'all'): void;
  stop(): void;
}

/** Sends what a connected fridge has not confirmed, again and again until it has (B4). */
export function deliverCommands(options: DeliveryOptions): Delivery {
  function deliverTo(device: Device): void {
    if (!options.complete()) return;
    for (const { commandId, kind, reason, issuedAt } of options.unconfirmed(device.fridgeId)) {
      const body = { command_id: commandId, kind, reason, issued_at: new Date(issuedAt).toISOString() };
      options
        .send(device, body)
        .catch((error) => options.warn(error, 'A command was not sent; it will be again'));
    }
  }
  function deliver(fridges: ReadonlySet<string> | 'all'): void {
    const seen = new Set<string>();
    for (const device of options.connected()) {
      // Its topic reaches all its connections at once.
      if (seen.has(device.fridgeId) || (fridges !== 'all' && !fridges.has(device.fridgeId))) continue;
      seen.add(device.fridgeId);
      deliverTo(device);
    }
  }
  const timer = setInterval(() => deliver('all'), options.resendEvery);
  return { deliverTo, deliver, stop: () => clearInterval(timer) };
}
