import { allSchemas, type EventSchema } from '@dabba/contracts';
import avro from 'avsc';
import type { BaseSchema } from './base.ts';

export interface Break {
  /** `meals-dabba.meals.MealSold`, or the path of a schema that is gone. */
  subject: string;
  problem: string;
}

/** What a reader would trip over (FULL compatibility): schemas that went, and changes not readable both ways. */
export function breaksOf(base: readonly BaseSchema[], now: readonly EventSchema[] = allSchemas()): Break[] {
  return base.flatMap(({ path, text }): Break[] => {
    const [, topic, file = ''] = path.split('/');
    const current = now.find((schema) => schema.topic === topic && `${schema.name}.avsc` === file);
    if (!current)
      return [{ subject: path, problem: 'is gone: what is on the topic could not be read any more' }];
    const subject = `${current.topic}-${current.fullName}`;
    return [
      ...unreadable(subject, 'today cannot read what was written', current.text, text),
      ...unreadable(subject, 'what runs cannot read what would be written', text, current.text),
    ];
  });
}

function unreadable(subject: string, what: string, reader: string, writer: string): Break[] {
  try {
    const [readerType, writerType] = [reader, writer].map((text) =>
      avro.Type.forSchema(JSON.parse(text), { wrapUnions: 'never' }),
    );
    if (readerType && writerType) readerType.createResolver(writerType);
    return [];
  } catch (error) {
    return [{ subject, problem: `${what}: ${error instanceof Error ? error.message : String(error)}` }];
  }
}
