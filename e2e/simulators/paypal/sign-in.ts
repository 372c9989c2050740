import { randomBytes } from 'node:crypto';

/** Seconds a token lasts; PayPal's last for nine hours. */
const lasts = 32_400;

export interface Credentials {
  clientId: string;
  clientSecret: string;
}

/** Of the simulator: they open nothing else. */
export const simulated: Credentials = {
  clientId: 'paypal_simulator',
  clientSecret: 'paypal_simulator_secret',
};

/** OAuth 2.0 by client credentials. Tokens are in memory only: after a restart they are worth nothing. */
export class SignIn {
  readonly #basic: string;
  readonly #tokens = new Map<string, number>();
  /** How often somebody signed in. */
  granted = 0;

  constructor({ clientId, clientSecret }: Credentials) {
    this.#basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
  }

  /** Undefined for wrong credentials. */
  grant(authorization: string | undefined): object | undefined {
    if (authorization !== this.#basic) return undefined;
    const access_token = randomBytes(24).toString('base64url');
    this.#tokens.set(access_token, Date.now() + lasts * 1000);
    this.granted++;
    return { access_token, token_type: 'Bearer', expires_in: lasts };
  }

  admits(authorization: string | undefined): boolean {
    const token = authorization?.match(/^Bearer (.+)$/)?.[1];
    return token !== undefined && (this.#tokens.get(token) ?? 0) > Date.now();
  }

  /** No token is good any more. */
  forget(): void {
    this.#tokens.clear();
  }
}
