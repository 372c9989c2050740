export type Reader = ReturnType<typeof reader>;

/** Reads environment variables and gathers what is wrong with them, so that it is said once. */
export function reader(env: NodeJS.ProcessEnv) {
  const wrong: string[] = [];
  const given = (name: string) => env[name]?.trim() || undefined;
  return {
    has: (name: string) => given(name) !== undefined,
    text: (name: string, fallback: string) => given(name) ?? fallback,
    list(name: string, fallback: string[]): string[] {
      const items = given(name)
        ?.split(',')
        .map((item) => item.trim())
        .filter(Boolean);
      return items ?? fallback;
    },
    oneOf<T extends string>(name: string, allowed: readonly T[], fallback: T): T {
      const text = given(name);
      if (text === undefined) return fallback;
      const match = allowed.find((candidate) => candidate === text);
      if (match === undefined) wrong.push(`${name} must be one of ${allowed.join(', ')}, not "${text}"`);
      return match ?? fallback;
    },
    port(name: string, fallback: number): number {
      const text = given(name);
      if (text === undefined) return fallback;
      const port = Number(text);
      if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
      wrong.push(`${name} must be a port number, not "${text}"`);
      return fallback;
    },
    /** A whole number above 0. */
    count(name: string, fallback: number): number {
      const text = given(name);
      if (text === undefined) return fallback;
      if (/^[1-9]\d{0,11}$/.test(text)) return Number(text);
      wrong.push(`${name} must be a whole number above 0, not "${text}"`);
      return fallback;
    },
    url(name: string, fallback: string): URL {
      const text = given(name) ?? fallback;
      if (URL.canParse(text)) return new URL(text);
      // Its text is not repeated: it may hold a password.
      wrong.push(`${name} is not a URL`);
      return new URL('http://invalid');
    },
    done(who: string): void {
      if (wrong.length > 0) throw new ConfigError(`${who} cannot start: ${wrong.join('; ')}.`);
    },
  };
}

/** One sentence for a person; its stack is of no use to anyone. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}
