import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The registry that `dir` is about: the one that answers now, else the one that answered last (K9).
 *
 * @param ask for its name
 * @throws what `ask` throws, when no registry ever answered
 */
export async function registryOf(
  dir: string,
  ask: () => Promise<string>,
): Promise<{ cache: SchemaCache; answered: boolean }> {
  const file = join(dir, 'registry');
  const last = await readIfThere(file);
  try {
    const name = await ask();
    if (name !== last) await writeWhole(dir, file, name);
    return { cache: new SchemaCache(join(dir, name)), answered: true };
  } catch (error) {
    if (last === undefined) throw error;
    return { cache: new SchemaCache(join(dir, last)), answered: false };
  }
}

/**
 * What a registry ever said, as files, so that nothing known has to be asked again after a restart (K9). Files appear whole,
 * by renaming, and never change, so several processes may share a folder. It belongs to one registry, `<cacheDir>/<its name>`;
 * `<cacheDir>/registry` says which that is.
 *
 *     <dir>/ids/<id>.avsc                       text of a schema
 *     <dir>/subjects/<subject>/<fingerprint>    its id under a subject
 */
export class SchemaCache {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  textOf(id: number): Promise<string | undefined> {
    return readIfThere(this.#textFile(id));
  }

  async idOf(subject: string, fingerprint: string): Promise<number | undefined> {
    const content = await readIfThere(this.#idFile(subject, fingerprint));
    const id = Number(content);
    return Number.isSafeInteger(id) && id > 0 ? id : undefined;
  }

  keepText(id: number, text: string): Promise<void> {
    return writeWhole(join(this.#dir, 'ids'), this.#textFile(id), text);
  }

  keepId(subject: string, fingerprint: string, id: number): Promise<void> {
    return writeWhole(this.#subjectDir(subject), this.#idFile(subject, fingerprint), String(id));
  }

  #textFile(id: number): string {
    return join(this.#dir, 'ids', `${id}.avsc`);
  }

  #subjectDir(subject: string): string {
    return join(this.#dir, 'subjects', encodeURIComponent(subject));
  }

  #idFile(subject: string, fingerprint: string): string {
    return join(this.#subjectDir(subject), fingerprint);
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    // A power cut can leave a renamed file without its content: that is not known either.
    return (await readFile(file, 'utf8')) || undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function writeWhole(dir: string, file: string, content: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, content);
  await rename(draft, file);
}
