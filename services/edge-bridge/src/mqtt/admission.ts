import type { AedesOptions } from 'aedes';
import type { Authenticator, Verdict } from '../credentials/authenticate.ts';
import { Session } from './session.ts';

/** Of a user name or password; more is not worth a hash. */
const maxBytes = 200;

/** CONNACK codes of MQTT 3.1.1: wrong password 4, no fridge 5, cannot say now 3. */
const returnCodes = { refused: 4, 'not-a-fridge': 5, 'identity-away': 3 } as const;

export type Refused = Exclude<Verdict, { device: object }>['because'];

/** Checks user name and password as the client credentials of a fridge. */
export function admission(
  authenticator: Authenticator,
  onAdmitted: (session: Session) => void,
  onRefused: (because: Refused) => void,
): NonNullable<AedesOptions['authenticate']> {
  return (client, username, password, done) => {
    const refuse = (because: Refused) => {
      onRefused(because);
      done(Object.assign(new Error(because), { returnCode: returnCodes[because] }), null);
    };
    if (!username || !password || username.length > maxBytes || password.length > maxBytes)
      return refuse('refused');
    const secret = password.toString();
    authenticator.authenticate(username, secret).then(
      (verdict) => {
        if (verdict.device === undefined) return refuse(verdict.because);
        onAdmitted(new Session(client, verdict.device, username, secret));
        done(null, true);
      },
      () => refuse('identity-away'),
    );
  };
}
