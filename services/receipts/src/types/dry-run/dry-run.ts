import type { Instant } from '@dabba/contracts';
import type { CompiledType } from '../definition/compile.ts';
import { parseDocument } from '../parse.ts';
import type { Format, Judgement, TypeBook, TypeVersion } from '../port.ts';

export interface Trial {
  format: Format;
  raw: Buffer;
  receivedAt: Instant;
}

/** What a definition would say of a document, beside what is said today. */
export interface Verdict {
  /** Why it cannot be read at all. */
  malformed: string | null;
  recognised: boolean;
  judgement: Judgement | null;
  today: { version: TypeVersion; valid: boolean } | null;
}

/** Changes nothing. A document of another format than the definition's is read as what it is. */
export function tryOut(compiled: CompiledType, today: TypeBook, { format, raw, receivedAt }: Trial): Verdict {
  const parsed = parseDocument(format, raw);
  if ('refused' in parsed)
    return { malformed: parsed.detail, recognised: false, judgement: null, today: null };
  const { document } = parsed;
  const isOfFormat = format === compiled.version.format;
  const now = today.recognise(format, document);
  return {
    malformed: null,
    recognised: isOfFormat && compiled.recognises(document),
    judgement: isOfFormat ? compiled.judge(document, receivedAt) : null,
    today: now
      ? { version: now, valid: today.judge(now.type, format, document, receivedAt).failures.length === 0 }
      : null,
  };
}
