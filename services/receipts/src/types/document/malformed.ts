export type Place = { line: number; column: number } | { offset: number } | { pointer: string };

/** Bytes that are no document; the message does not repeat what they say. */
export class Malformed extends Error {
  override name = 'Malformed';
  readonly place: Place;
  constructor(detail: string, place: Place) {
    super(detail);
    this.place = place;
  }
}

/** @param index of a character of the text */
export function placeIn(text: string, index: number): Place {
  const lines = text.slice(0, index).split(/\r\n|\r|\n/);
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
