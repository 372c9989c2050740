/** Main file (from the root) → its bundle (absolute). */
export type Bundles = ReadonlyMap<string, string>;

/** Makes what is missing or old; undefined where bundling fails. */
export function makeBundles(onProgress?: (line: string) => void): Promise<Bundles | undefined>;

/** Undefined where the sources have changed since they were made. */
export function currentBundles(): Bundles | undefined;

/** Node's arguments to run a main file (from the root). */
export function programArguments(main: string, bundles: Bundles | undefined): string[];
