import type { CompiledType } from '../definition/compile.ts';
import { inOrder, takerOf } from '../definition/recognition.ts';
import type { Format, TypeBook } from '../port.ts';

/** The newest version of every type, in the order in which they are asked. */
export class Book implements TypeBook {
  readonly types: readonly CompiledType[];

  constructor(types: Iterable<CompiledType>) {
    const newest = new Map<string, CompiledType>();
    for (const type of types) {
      const key = keyOf(type.version.type, type.version.format);
      if (type.version.version > (newest.get(key)?.version.version ?? 0)) newest.set(key, type);
    }
    this.types = inOrder(newest.values());
  }

  find(type: string, format: Format): CompiledType | undefined {
    return this.types.find(({ version }) => version.type === type && version.format === format);
  }

  recognise(format: Format, document: unknown) {
    return takerOf(this.types, format, document)?.version;
  }

  judge(type: string, format: Format, document: unknown, receivedAt: number) {
    const found = this.find(type, format);
    if (!found) throw new Error(`There are no rules for ${type} in ${format}`);
    return found.judge(document, receivedAt);
  }
}

function keyOf(type: string, format: Format): string {
  return `${type} ${format}`;
}
