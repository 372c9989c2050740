import type { Instant } from '@dabba/contracts';
import { parseDocument } from '../parse.ts';
import type { CompiledType } from './compile.ts';
import type { Definition } from './definition.ts';
import type { DefinitionFault } from './invalid.ts';

/** The sample as a client would send it. */
export function sampleBytes({ sample }: Pick<Definition, 'sample'>): Buffer {
  return Buffer.from(typeof sample === 'string' ? sample : JSON.stringify(sample));
}

/** What keeps the sample of a definition from being one; empty where it is a valid document of its type. */
export function sampleFaults(compiled: CompiledType, now: Instant): DefinitionFault[] {
  const { definition } = compiled;
  const parsed = parseDocument(definition.format, sampleBytes(definition));
  if ('refused' in parsed) return [{ pointer: '/sample', detail: parsed.detail }];
  if (!compiled.recognises(parsed.document))
    return [{ pointer: '/recognition', detail: 'It does not recognise its own sample.' }];
  return compiled.judge(parsed.document, now).failures.map(({ rule, pointer, detail }) => ({
    pointer: `/sample${pointer}`,
    detail: `${rule}: ${detail}`,
  }));
}
