import { Malformed } from './malformed.ts';

const decoders: Readonly<Record<string, InstanceType<typeof TextDecoder>>> = {
  'utf-8': new TextDecoder('utf-8', { fatal: true }),
  // What Ukrainian cash registers write.
  'windows-1251': new TextDecoder('windows-1251', { fatal: true }),
};

/** A byte order mark is dropped. @throws Malformed at the byte that is not of the encoding */
export function textOf(bytes: Buffer, encoding = 'utf-8'): string {
  const decoder = decoders[encoding.toLowerCase()];
  if (!decoder) throw new Malformed('The encoding is neither UTF-8 nor windows-1251.', { offset: 0 });
  try {
    return decoder.decode(bytes);
  } catch {
    throw new Malformed('The bytes are not text in UTF-8.', { offset: firstBad(bytes) });
  }
}

/** By halving: a prefix that ends within a character is still good. */
function firstBad(bytes: Buffer): number {
  let good = 0;
  let bad = bytes.length;
  while (good < bad) {
    const middle = Math.ceil((good + bad) / 2);
    if (isGood(bytes.subarray(0, middle))) good = middle;
    else bad = middle - 1;
  }
  return good;
}

function isGood(prefix: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(prefix, { stream: true });
    return true;
  } catch {
    return false;
  }
}
