import { randomUUID } from 'node:crypto';
import type { AedesOptions } from 'aedes';

/**
 * What is forgotten on purpose: the journal on the device is what lasts, not this broker's memory (B4). So every
 * session is a clean one ("session present" says so), and a will, which would be a fact nobody saw, is refused.
 */
export const brokerOptions = {
  /** 0: a device that reads slowly holds up nobody else. */
  concurrency: 0,
  connectTimeout: 10_000,
  drainTimeout: 10_000,
  maxInflightInbound: 16,
  preConnect(_client, packet, callback) {
    if (packet.will) return callback(new Error('A last will is not accepted'), false);
    packet.clean = true;
    // Nobody can take over another fridge's connection by calling itself the same.
    packet.clientId = `${packet.username ?? ''}/${packet.clientId || randomUUID()}`;
    callback(null, true);
  },
} satisfies AedesOptions;
