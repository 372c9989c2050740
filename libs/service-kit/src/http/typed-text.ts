import { hasCardNumber } from '@dabba/contracts';
import { Type } from 'typebox';
import Format from 'typebox/format';

export const noCardNumber = 'no-card-number';

export function holdsNoCard(text: string): boolean {
  return !hasCardNumber(text);
}
// For those who check a value by typebox itself.
Format.Set(noCardNumber, holdsNoCard);

/** What people type in their own words. S1-SEC-05 lets no number of a card be stored, whoever typed it wherever. */
export function typedText(maxLength: number) {
  return Type.String({ maxLength, format: noCardNumber, description: 'No number of a payment card' });
}
