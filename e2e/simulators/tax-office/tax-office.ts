import { Type } from 'typebox';
import { Value } from 'typebox/value';
import {
  isKnown,
  type OfficeOptions,
  type Protocol,
  type RunningOffice,
  send,
  startOffice,
} from '../office/server.ts';

const Text = Type.Union([Type.String(), Type.Null()]);
const Submissions = Type.Object({
  receipts: Type.Array(
    Type.Object({
      uid: Type.String({ minLength: 1 }),
      taxpayer: Type.String(),
      number: Text,
      seller: Text,
      currency: Text,
      sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
      document: Type.String(),
    }),
    { minItems: 1, maxItems: 100 },
  ),
});
const Search = Type.Object({ uids: Type.Array(Type.String(), { minItems: 1, maxItems: 100 }) });

const protocol: Protocol = {
  type: 'application/json',
  routes(app, office) {
    app.post('/v1/receipts', async (request, reply) => {
      reply.type('application/json');
      if (!isKnown(request.headers.authorization)) return reply.code(401).send({ error: 'unknown software' });
      if (!Value.Check(Submissions, request.body)) return reply.code(400).send({ error: 'malformed' });
      const submissions = request.body.receipts.map(({ uid, taxpayer, number, seller, currency }) => ({
        id: uid,
        client: taxpayer,
        number: number ?? '',
        seller: seller ?? '',
        currency: currency ?? '',
      }));
      return send(reply, await office.register(submissions), (verdicts) => ({
        results: verdicts.map((verdict) =>
          verdict.registered
            ? { uid: verdict.id, status: 'registered', fiscal_number: verdict.reference }
            : { uid: verdict.id, status: 'refused', message: verdict.reason },
        ),
      }));
    });
    app.post('/v1/receipts/search', async (request, reply) => {
      reply.type('application/json');
      if (!isKnown(request.headers.authorization)) return reply.code(401).send({ error: 'unknown software' });
      if (!Value.Check(Search, request.body)) return reply.code(400).send({ error: 'malformed' });
      return send(reply, await office.lookUp(request.body.uids), (found) => ({
        results: found.map(({ id: uid, reference }) =>
          reference === undefined
            ? { uid, status: 'unknown' }
            : { uid, status: 'registered', fiscal_number: reference },
        ),
      }));
    });
  },
};

/** A tax office: JSON, up to 100 receipts a request; `POST /v1/receipts` registers, `POST /v1/receipts/search` looks up. */
export function startTaxOffice(options: OfficeOptions): Promise<RunningOffice> {
  return startOffice('TAX', protocol, options);
}
