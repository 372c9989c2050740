import { type Static, Type } from 'typebox';
import type { TypeRow } from './book/rows.ts';
import { Definition } from './definition/definition.ts';
import type { Judgement } from './port.ts';

const { type, format, title, sample } = Definition.properties;

const Kept = {
  version: Type.Integer({ description: 'Counts from 1 for each type and format' }),
  hash: Type.String({ description: 'SHA-256 of the definition with its members sorted, hex' }),
  created_by: Type.String(),
  created_at: Type.String({ format: 'date-time' }),
};

export const TypeResource = Type.Object({
  type,
  format,
  title,
  ...Kept,
  authorities: Type.Array(Type.String()),
  checks: Type.Array(Type.Object({ name: Type.String(), message: Type.String() })),
  sample,
});

export const VersionResource = Type.Object({ ...Kept, definition: Definition });

const Failure = Type.Object({ rule: Type.String(), pointer: Type.String(), detail: Type.String() });

export const JudgementResource = Type.Object({
  valid: Type.Boolean(),
  passed: Type.Array(Type.String()),
  failures: Type.Array(Failure),
  canonical: Type.Object({
    number: Type.Union([Type.String(), Type.Null()]),
    issued_at: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
    seller: Type.Union([Type.String(), Type.Null()]),
    total: Type.Union([Type.Integer({ description: 'Minor units' }), Type.Null()]),
    currency: Type.Union([Type.String(), Type.Null()]),
  }),
});

export function typeResource(row: TypeRow): Static<typeof TypeResource> {
  const { type, format, title, authorities, checks, sample } = row.definition;
  return {
    type,
    format,
    title,
    ...kept(row),
    authorities: [...authorities],
    checks: checks.map(({ name, message }) => ({ name, message })),
    sample,
  };
}

export function versionResource(row: TypeRow): Static<typeof VersionResource> {
  return { ...kept(row), definition: row.definition };
}

export function judgementResource(judgement: Judgement): Static<typeof JudgementResource> {
  const { passed, failures, canonical } = judgement;
  const { issuedAt, ...fields } = canonical;
  return {
    valid: failures.length === 0,
    passed: [...passed],
    failures: failures.map(({ rule, pointer, detail }) => ({ rule, pointer, detail })),
    canonical: { ...fields, issued_at: issuedAt === null ? null : timeText(issuedAt) },
  };
}

function kept({ version, hash, createdBy, createdAt }: TypeRow) {
  return { version, hash, created_by: createdBy, created_at: new Date(createdAt).toISOString() };
}

/** A clock may say anything: years past 9999 have no such text that everybody reads. */
function timeText(instant: number): string | null {
  return Math.abs(instant) < 250_000_000_000_000 ? new Date(instant).toISOString() : null;
}
