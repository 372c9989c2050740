import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import {
  isKnown,
  type OfficeOptions,
  type Protocol,
  type RunningOffice,
  send,
  startOffice,
} from '../office/server.ts';

const Waybills = Type.Object({
  registration: Type.Object({
    waybill: Type.Array(
      Type.Object({
        '@id': Type.String({ minLength: 1 }),
        '@hash': Type.String({ pattern: '^[0-9a-f]{64}$' }),
        client: Type.String(),
        number: Type.String(),
        seller: Type.String(),
        currency: Type.String(),
        document: Type.Object({ '#text': Type.String() }),
      }),
      { minItems: 1, maxItems: 20 },
    ),
  }),
});

const names = { ignoreAttributes: false, attributeNamePrefix: '@' } as const;
const parser = new XMLParser({
  ...names,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  isArray: (name) => name === 'waybill',
});
const builder = new XMLBuilder(names);

const protocol: Protocol = {
  type: 'application/xml',
  routes(app, office) {
    app.addContentTypeParser('application/xml', { parseAs: 'string' }, (_request, body, done) =>
      done(null, body),
    );
    app.post('/registry', async (request, reply) => {
      reply.type('application/xml');
      if (!isKnown(request.headers.authorization)) return reply.code(401).send('<error>who are you</error>');
      const waybills = waybillsOf(request.body);
      if (!waybills) return reply.code(400).send('<error>malformed</error>');
      const submissions = waybills.map(({ '@id': id, client, number, seller, currency }) => ({
        id,
        client,
        number,
        seller,
        currency,
      }));
      return send(reply, await office.register(submissions), (verdicts) =>
        builder.build({
          registrationResult: {
            waybill: verdicts.map((verdict) =>
              verdict.registered
                ? { '@id': verdict.id, '@status': 'ACCEPTED', '@reference': verdict.reference }
                : { '@id': verdict.id, '@status': 'DENIED', reason: verdict.reason },
            ),
          },
        }),
      );
    });
    app.get<{ Querystring: { id?: string | string[] } }>('/registry', async (request, reply) => {
      reply.type('application/xml');
      if (!isKnown(request.headers.authorization)) return reply.code(401).send('<error>who are you</error>');
      const found = await office.lookUp([request.query.id ?? []].flat());
      return send(reply, found, (entries) =>
        builder.build({
          registryExtract: {
            waybill: entries.map(({ id, reference }) =>
              reference === undefined
                ? { '@id': id, '@status': 'ABSENT' }
                : { '@id': id, '@status': 'ACCEPTED', '@reference': reference },
            ),
          },
        }),
      );
    });
  },
};

function waybillsOf(body: unknown): Static<typeof Waybills>['registration']['waybill'] | undefined {
  if (typeof body !== 'string' || XMLValidator.validate(body) !== true) return undefined;
  const document: unknown = parser.parse(body);
  return Value.Check(Waybills, document) ? document.registration.waybill : undefined;
}

/** A registry of waybills: XML, up to 20 a request; `POST /registry` registers, `GET /registry?id=…&id=…` looks up. */
export function startLogistics(options: OfficeOptions): Promise<RunningOffice> {
  return startOffice('LOG', protocol, options);
}
