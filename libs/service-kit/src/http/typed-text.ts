import { hasCardNumber } from '@dabba/contracts';
import { Type } from 'typebox';
import Format from 'typebox/format';

export const noCardNumber = 'no-card-number';

export function holdsNoCard(text: string): boolean {
  return !hasCardNumber(text);
}
// For those who check a value by typebox itself.
Format.Set(noCardNumber, holdsNoCard);

const held = 'No number of a payment card';

/**
 * What people type in their own words, customers and staff alike. S1-SEC-05 lets no number of a card be stored, whoever typed it wherever.
 * The OpenAPI of all services is looked through for strings that say less (`openTexts` of @dabba/testing).
 */
export function typedText(
  maxLength: number,
  { description, ...more }: { minLength?: number; pattern?: string; description?: string } = {},
) {
  const said = description === undefined ? held : `${description}. ${held}`;
  return Type.String({ ...more, maxLength, format: noCardNumber, description: said });
}
