/// <reference lib="es2024.string" />

/** Why a string cannot be kept, or undefined. Postgres refuses NUL in text and jsonb, UTF-8 has no half surrogates. */
export function badText(text: string): string | undefined {
  if (text.includes('\0')) return 'The character U+0000 is not allowed.';
  if (!text.isWellFormed()) return 'Half of a surrogate pair is not allowed.';
  return undefined;
}

/** RFC 6901 as a URI fragment; a half surrogate in a name becomes U+FFFD. */
export function pointerTo(path: readonly (string | number)[]): string {
  const steps = path.map((step) => String(step).replaceAll('~', '~0').replaceAll('/', '~1'));
  return `#${steps.map((step) => `/${encodeURIComponent(step.toWellFormed())}`).join('')}`;
}
