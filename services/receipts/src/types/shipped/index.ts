import { readdir, readFile } from 'node:fs/promises';
import type { Definition } from '../definition/definition.ts';
import { readDefinition } from '../definition/read.ts';

/** The definitions in this folder, in the order of their file names. */
export async function shippedTypes(): Promise<Definition[]> {
  const files = (await readdir(import.meta.dirname)).filter((name) => name.endsWith('.yaml')).sort();
  return Promise.all(
    files.map(async (name) => readDefinition(await readFile(new URL(name, import.meta.url), 'utf8'))),
  );
}
