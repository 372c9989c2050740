export { type CardData, cardDataIn } from './find.ts';
export { type Looked, lookForCardData, type Places } from './look.ts';
export { openTexts } from './open-texts.ts';
