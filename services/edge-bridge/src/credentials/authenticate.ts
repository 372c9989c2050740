import { setTimeout as pause } from 'node:timers/promises';
import type { Region } from '@dabba/contracts';
import type { Device } from '../fact/device.ts';
import type { Answer, AskIdentity } from './ask-identity.ts';
import { limited } from './limit.ts';
import type { RememberedCredentials } from './remembered.ts';

export type Verdict =
  | { device: Device }
  | { device: undefined; because: 'refused' | 'not-a-fridge' | 'identity-away' };

export interface AuthenticatorOptions {
  region: Region;
  ask: AskIdentity;
  remembered: RememberedCredentials;
  now(): number;
  /** Identity refused what it had accepted before: these connections have to go. */
  onRevoked(clientId: string): void;
  /** Milliseconds identity's word counts as news. Default ten minutes. */
  fresh?: number;
  /** Milliseconds a connecting device waits for identity before what is remembered counts. Default 3,000; an unknown one waits five times as long. */
  patience?: number;
  /** Questions to identity at the same time: each costs it a slow hash. Default 4. */
  atOnce?: number;
}

export interface Authenticator {
  /** Whose credentials these are; remembered ones count while identity is away, slow or was asked a moment ago. */
  authenticate(clientId: string, secret: string): Promise<Verdict>;
  /** Asks identity about a connected device again. */
  recheck(clientId: string, secret: string): Promise<void>;
}

export function authenticator(options: AuthenticatorOptions): Authenticator {
  const { region, ask, remembered, now, onRevoked } = options;
  const { fresh = 600_000, patience = 3_000, atOnce = 4 } = options;
  const inTurn = limited(atOnce);
  const asked = new Map<string, Promise<Answer>>();

  /** Identity's word, which is remembered whenever it comes, also when the device no longer waits for it. */
  function question(clientId: string, secret: string): Promise<Answer> {
    const key = JSON.stringify([clientId, secret]);
    const running = asked.get(key);
    if (running !== undefined) return running;
    const answer = inTurn(() => ask(clientId, secret))
      .then(async (said) => {
        if (said.known === true) await remembered.remember(clientId, secret, said);
        else if (said.known === false && (await remembered.forget(clientId, secret))) onRevoked(clientId);
        return said;
      })
      .finally(() => asked.delete(key));
    asked.set(key, answer);
    return answer;
  }

  function verdict({ fridgeId, metro: id }: { fridgeId: string; metro: string }): Verdict {
    const metro = region.metros.find((candidate) => candidate.id === id);
    return metro ? { device: { fridgeId, metro } } : { device: undefined, because: 'not-a-fridge' };
  }

  return {
    async authenticate(clientId, secret) {
      const before = await remembered.match(clientId, secret);
      if (before !== undefined && now() - before.verifiedAt < fresh) return verdict(before);
      const tooLate = pause(before === undefined ? 5 * patience : patience, undefined, { ref: false });
      const answer = await Promise.race([question(clientId, secret), tooLate]);
      if (answer?.known === true) return verdict(answer);
      if (answer?.known === false) return { device: undefined, because: answer.because };
      return before === undefined ? { device: undefined, because: 'identity-away' } : verdict(before);
    },
    async recheck(clientId, secret) {
      await question(clientId, secret);
    },
  };
}
