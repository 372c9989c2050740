import type { Event, EventMeta } from '@dabba/contracts';
import type { Fault, ProblemInit } from '@dabba/service-kit';
import type { Validator } from 'typebox/compile';
import { chainOf } from './chain.ts';
import type { Device } from './device.ts';
import { factTypes, maxFactBytes, messages } from './message.ts';

export type FactName =
  | 'FridgeMealStocked'
  | 'FridgeMealSold'
  | 'FridgeMealMissing'
  | 'FridgeDoorOpened'
  | 'FridgeDoorClosed'
  | 'FridgeWasAway'
  | 'FridgeCommandDone'
  | 'FridgeHeartbeat';

/** What a device saw, said in a way that can be believed. */
export type FactEvent = Event<FactName> & Pick<EventMeta, 'chain'>;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const day = 24 * 60 * 60 * 1000;
const earliest = Date.UTC(2020, 0, 1);

/**
 * Reads a published message. Whether the fact makes sense for the meal is not asked here: it happened (B5).
 * @param now UTC milliseconds; a device's clock may run ahead of it by a day at most
 */
export function readFact(payload: Buffer, device: Device, now: number): FactEvent | ProblemInit {
  if (payload.length > maxFactBytes)
    return bad(
      413,
      'message-too-large',
      `A fact has at most ${maxFactBytes} bytes, this has ${payload.length}`,
    );
  let json: unknown;
  try {
    json = JSON.parse(utf8.decode(payload));
  } catch {
    return bad(400, 'message-not-json', 'The payload is not JSON in UTF-8');
  }
  const type = typeOf(json);
  if (messages.meal_stocked.Check(json))
    return seen(device, json, now, (common) => ({
      type: 'FridgeMealStocked',
      data: { ...common, mealId: json.data.meal_id },
    }));
  if (messages.meal_sold.Check(json))
    return seen(device, json, now, (common) => ({
      type: 'FridgeMealSold',
      data: {
        ...common,
        mealId: json.data.meal_id,
        customerId: json.data.customer_id,
        price: json.data.price,
        currency: json.data.currency,
        sessionId: json.data.session_id ?? null,
        offline: json.data.offline ?? false,
        temperatureSafe: json.data.temperature_safe ?? null,
        policy: json.data.policy ?? null,
      },
    }));
  if (messages.door_opened.Check(json))
    return seen(device, json, now, (common) => ({
      type: 'FridgeDoorOpened',
      data: {
        ...common,
        sessionId: json.data.session_id ?? null,
        door: json.data.door ?? '1',
        nonce: json.data.nonce ?? null,
      },
    }));
  if (messages.door_closed.Check(json)) {
    const openedAt = json.data.opened_at === undefined ? null : Date.parse(json.data.opened_at);
    if (openedAt !== null && !(openedAt >= earliest)) return implausible('opened_at', '#/data/opened_at');
    return seen(device, json, now, (common) => ({
      type: 'FridgeDoorClosed',
      data: {
        ...common,
        sessionId: json.data.session_id ?? null,
        door: json.data.door ?? '1',
        nonce: json.data.nonce ?? null,
        openedAt,
        taken: json.data.taken,
        added: json.data.added,
      },
    }));
  }
  if (messages.meal_missing.Check(json))
    return seen(device, json, now, (common) => ({
      type: 'FridgeMealMissing',
      data: { ...common, mealId: json.data.meal_id },
    }));
  if (messages.was_away.Check(json)) {
    const since = Date.parse(json.data.since);
    if (Number.isNaN(since) || since < earliest) return implausible('since', '#/data/since');
    return seen(device, json, now, (common) => ({ type: 'FridgeWasAway', data: { ...common, since } }));
  }
  if (messages.command_done.Check(json))
    return seen(device, json, now, (common) => ({
      type: 'FridgeCommandDone',
      data: { ...common, commandId: json.data.command_id },
    }));
  if (messages.heartbeat.Check(json))
    return seen(device, json, now, (common) => ({
      type: 'FridgeHeartbeat',
      data: { ...common, temperatureCelsius: json.data.temperature_c ?? null },
    }));
  if (type === undefined)
    return bad(400, 'unknown-fact-type', `type is one of ${factTypes.join(', ')}`, [
      { in: 'body', pointer: '#/type', detail: 'not a known type' },
    ]);
  return bad(400, 'invalid-fact', `This is not a well-formed ${type}`, errorsOf(messages[type], json));
}

export function isFact(read: FactEvent | ProblemInit): read is FactEvent {
  return 'data' in read;
}

interface Common {
  device: string;
  boot: number;
  seq: number;
  observedAt: number;
}

function seen(
  device: Device,
  message: { boot: number; seq: number; at: string },
  now: number,
  build: (common: Common) => FactEvent,
): FactEvent | ProblemInit {
  const { boot, seq, at } = message;
  const observedAt = Date.parse(at);
  if (Number.isNaN(observedAt) || observedAt < earliest || observedAt > now + day)
    return implausible('at', '#/at');
  const chain = chainOf(message);
  const event = build({ device: device.fridgeId, boot, seq, observedAt });
  return chain === undefined ? event : { ...event, chain };
}

function implausible(name: string, pointer: string): ProblemInit {
  return bad(400, 'clock-implausible', `${name} lies before 2020 or more than a day ahead`, [
    { in: 'body', pointer, detail: 'not a time at which this can have been seen' },
  ]);
}

function typeOf(json: unknown): keyof typeof messages | undefined {
  if (typeof json !== 'object' || json === null || !('type' in json)) return undefined;
  const { type } = json;
  return isType(type) ? type : undefined;
}

function isType(type: unknown): type is keyof typeof messages {
  return typeof type === 'string' && Object.hasOwn(messages, type);
}

function errorsOf(validator: Pick<Validator, 'Errors'>, json: unknown): readonly Fault[] {
  return validator
    .Errors(json)
    .slice(0, 8)
    .map(({ instancePath, message }) => ({ in: 'body', pointer: `#${instancePath}`, detail: message }));
}

function bad(status: number, code: string, detail: string, errors: readonly Fault[] = []): ProblemInit {
  return { status, code, detail, errors };
}
