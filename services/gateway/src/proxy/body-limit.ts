import { Transform } from 'node:stream';

export class BodyTooLarge extends Error {
  override name = 'BodyTooLarge';
  readonly code = 'BODY_TOO_LARGE';
}

/** Passes bytes on until there are too many: for bodies that do not say their length beforehand. */
export function limitedTo(bytes: number): Transform {
  let passed = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      passed += chunk.length;
      if (passed > bytes) done(new BodyTooLarge(`More than ${bytes} bytes`));
      else done(null, chunk);
    },
  });
}
