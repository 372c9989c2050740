import { randomBytes } from 'node:crypto';

/** So many of these letters by chance. Ids are made of more than hexadecimal digits: among those the number of a card comes up. */
export function anyOf(letters: string, count: number): string {
  return [...randomBytes(count)].map((byte) => letters[byte % letters.length]).join('');
}
