import type { App } from '@dabba/service-kit';
import { type Static, Type } from 'typebox';
import { compileType } from '../definition/compile.ts';
import { Definition } from '../definition/definition.ts';
import { sampleBytes } from '../definition/sample.ts';
import { JudgementResource, judgementResource } from '../resource.ts';
import { asProblem, type TypeRouteDeps } from '../route-deps.ts';
import { type Trial, tryOut, type Verdict } from './dry-run.ts';
import { storedReceipts } from './stored.ts';

const Body = Type.Object(
  {
    definition: Definition,
    samples: Type.Optional(Type.Array(Definition.properties.sample, { maxItems: 100 })),
    // A UUIDv7 of the next centuries: its day is where the receipt lies.
    receipt_ids: Type.Optional(
      Type.Array(Type.String({ format: 'uuid', pattern: '^0' }), { maxItems: 500, uniqueItems: true }),
    ),
  },
  { additionalProperties: false },
);

const Tried = Type.Object({
  document: Type.String({ description: '`sample`, `samples/<index>`, or the id of a receipt' }),
  malformed: Type.Union([Type.String(), Type.Null()]),
  recognised: Type.Boolean(),
  judgement: Type.Union([JudgementResource, Type.Null()]),
  today: Type.Union([
    Type.Object({ type: Type.String(), version: Type.Integer(), valid: Type.Boolean() }),
    Type.Null(),
  ]),
});

const Answer = Type.Object({
  items: Type.Array(Tried),
  missing: Type.Array(Type.String(), { description: 'Ids under which no receipt is kept here' }),
});

export function dryRunRoutes(app: App, { pool, env, types, now }: TypeRouteDeps): void {
  app.post(
    '/api/v1/receipt-types/dry-run',
    {
      config: { permission: 'receipts:types' },
      schema: {
        tags: ['receipts'],
        summary: 'What a definition would say of samples and stored receipts; changes nothing',
        body: Body,
        response: { 200: Answer },
      },
    },
    async ({ body: { definition, samples = [], receipt_ids: ids = [] } }) => {
      const version = (types.find(definition.type, definition.format)?.version.version ?? 0) + 1;
      const compiled = await asProblem('/definition', () => compileType(definition, version));
      const { format } = definition;
      const receivedAt = now();
      const stored = await storedReceipts({ pool, env }, ids);
      const trials: [string, Trial][] = [
        ['sample', { format, raw: sampleBytes(definition), receivedAt }],
        ...samples.map((sample, at): [string, Trial] => [
          `samples/${at}`,
          { format, raw: sampleBytes({ sample }), receivedAt },
        ]),
        ...stored,
      ];
      return {
        items: trials.map(([document, trial]) => ({ document, ...view(tryOut(compiled, types, trial)) })),
        missing: ids.filter((id) => !stored.has(id)),
      };
    },
  );
}

function view({ malformed, recognised, judgement, today }: Verdict): Omit<Static<typeof Tried>, 'document'> {
  return {
    malformed,
    recognised,
    judgement: judgement && judgementResource(judgement),
    today: today && { type: today.version.type, version: today.version.version, valid: today.valid },
  };
}
