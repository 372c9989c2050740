import { decider } from '@dabba/testing/decider';
import { describe, expect, it } from 'vitest';
import { decideFridge } from './decide.ts';
import { type FridgeEvent, fridgeStream } from './fridge.ts';

const fridge = decider(fridgeStream, decideFridge);
const now = Date.UTC(2026, 10, 20, 9);
const registered: FridgeEvent = {
  type: 'FridgeRegistered',
  data: { fridgeId: 'f1', metro: 'sfo', name: 'Lobby', capacity: 40, registeredAt: now },
};
const issued: FridgeEvent = {
  type: 'FridgeCommandIssued',
  data: {
    fridgeId: 'f1',
    commandId: 'c1',
    kind: 'LOCK',
    reason: 'cleaning',
    issuedAt: now,
    sessionId: null,
    door: null,
    nonce: null,
    expiresAt: null,
  },
};
const confirmed: FridgeEvent = {
  type: 'FridgeCommandConfirmed',
  data: { fridgeId: 'f1', commandId: 'c1', confirmedAt: now + 5 },
};
const register = (name = 'Lobby') =>
  ({ do: 'register', fridgeId: 'f1', metro: 'sfo', name, capacity: 40, now }) as const;
const command = {
  do: 'command',
  fridgeId: 'f1',
  commandId: 'c1',
  kind: 'LOCK',
  reason: 'cleaning',
  now,
} as const;
const confirm = { do: 'confirm', fridgeId: 'f1', commandId: 'c1', at: now + 5 } as const;

describe('a fridge', () => {
  it('is registered once; the same again is no news, another is refused', () => {
    fridge.given([]).when(register()).then([registered]);
    fridge.given([registered]).when(register()).thenNothing();
    fridge.given([registered]).when(register('Roof')).thenRefused('fridge-exists');
  });
  it('takes commands once it is known', () => {
    fridge.given([]).when(command).thenRefused('fridge-unknown');
    fridge.given([registered]).when(command).then([issued]);
  });
  it('B4 keeps a command pending until it is confirmed, once', () => {
    expect(Object.keys(fridge.given([registered, issued]).state.pending)).toEqual(['c1']);
    fridge.given([registered, issued]).when(confirm).then([confirmed]);
    fridge.given([registered, issued, confirmed]).when(confirm).thenNothing();
    expect(fridge.given([registered, issued, confirmed]).state.pending).toEqual({});
  });
});
