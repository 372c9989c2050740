import type { StoreDeps } from '@dabba/service-kit';
import { type CompiledType, compileType } from '../definition/compile.ts';
import type { Format, TypeBook } from '../port.ts';
import { Book } from './book.ts';
import { countTypes, newestTypes, type TypeRow } from './rows.ts';

/** Milliseconds after which another replica's new type is known here, at most. */
const every = 250;

export interface OpenBook extends TypeBook {
  readonly types: readonly CompiledType[];
  find(type: string, format: Format): CompiledType | undefined;
  /** Reads the table now where it has grown. */
  refresh(): Promise<void>;
  stop(): Promise<void>;
}

/** Rejects while the table cannot be read; afterwards it goes on with what it knows while the database is away. */
export async function openTypeBook({ pool, log }: Pick<StoreDeps, 'pool' | 'log'>): Promise<OpenBook> {
  const compiled = new Map<string, CompiledType>();
  let book = new Book([]);
  let known = -1;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  function compile(row: TypeRow): CompiledType[] {
    const key = `${row.type} ${row.format} ${row.version}`;
    const before = compiled.get(key);
    if (before) return [before];
    try {
      const fresh = compileType(row.definition, row.version);
      compiled.set(key, fresh);
      return [fresh];
    } catch (error) {
      // Defined by a newer release than this one: the version before goes on until this process is replaced.
      log.error({ err: error, type: key }, 'a type of receipt is not understood here');
      return [...compiled.values()].filter(
        ({ version: { type, format } }) => type === row.type && format === row.format,
      );
    }
  }

  async function refresh(): Promise<void> {
    const count = await countTypes(pool);
    if (count === known) return;
    book = new Book((await newestTypes(pool)).flatMap(compile));
    known = count;
  }

  let refreshing = refresh();
  await refreshing;
  schedule();

  function schedule(): void {
    timer = setTimeout(() => {
      refreshing = refresh()
        .catch((error: unknown) => log.warn({ err: error }, 'types of receipts could not be read'))
        .finally(() => {
          if (!stopped) schedule();
        });
    }, every);
    timer.unref();
  }

  return {
    get types() {
      return book.types;
    },
    find: (type, format) => book.find(type, format),
    recognise: (format, document) => book.recognise(format, document),
    judge: (type, format, document, receivedAt) => book.judge(type, format, document, receivedAt),
    refresh,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await refreshing.catch(() => undefined);
    },
  };
}
