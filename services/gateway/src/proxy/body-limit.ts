import { pipeline, Transform } from 'node:stream';
import { type App, Problem } from '@dabba/service-kit';
import { failureOf } from './failures.ts';

class BodyTooLarge extends Error {
  override name = 'BodyTooLarge';
  readonly code = 'BODY_TOO_LARGE';
}

/** Bodies pass through unread: one that says it is too large is refused at once, one that does not say is cut off. */
export function refuseLargeBodies(app: Pick<App, 'addHook'>, bytes: number): void {
  app.addHook('preParsing', async ({ headers }, _reply, payload) => {
    if (Number(headers['content-length'] ?? 0) > bytes) throw new Problem(failureOf(new BodyTooLarge()));
    if (headers['transfer-encoding'] === undefined) return payload;
    const limited = limitedTo(bytes);
    pipeline(payload, limited, () => {}); // the error reaches whoever reads `limited`
    return limited;
  });
}

/** Passes bytes on until there are too many. */
function limitedTo(bytes: number): Transform {
  let passed = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      passed += chunk.length;
      if (passed > bytes) done(new BodyTooLarge());
      else done(null, chunk);
    },
  });
}
