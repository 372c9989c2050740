import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { Garbage, type Line } from '../answers.ts';
import type { Registrable } from '../port.ts';
import { tagsOf } from '../slices.ts';

const names = { ignoreAttributes: false, attributeNamePrefix: '@' } as const;
const builder = new XMLBuilder(names);
const parser = new XMLParser({
  ...names,
  parseTagValue: false,
  parseAttributeValue: false,
  isArray: (name) => name === 'waybill',
});

export function submission(receipts: readonly Registrable[]): string {
  return builder.build({
    registration: {
      waybill: receipts.map(({ receiptId, clientId, format, hash, raw, canonical }) => ({
        '@id': receiptId,
        '@hash': hash,
        client: legal(clientId),
        number: legal(canonical.number ?? ''),
        issued: canonical.issuedAt === null ? '' : new Date(canonical.issuedAt).toISOString(),
        seller: legal(canonical.seller ?? ''),
        total: canonical.total ?? '',
        currency: legal(canonical.currency ?? ''),
        document: { '@format': format, '@encoding': 'base64', '#text': raw.toString('base64') },
      })),
    },
  });
}

/** XML 1.0 has no way to write the other characters, escaped or not. */
function legal(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
}

const Waybill = Type.Union([
  Type.Object({ '@id': Type.String(), '@status': Type.Literal('ACCEPTED'), '@reference': Type.String() }),
  Type.Object({ '@id': Type.String(), '@status': Type.Literal('DENIED'), reason: Type.String() }),
  Type.Object({ '@id': Type.String(), '@status': Type.Literal('ABSENT') }),
]);
const Waybills = Type.Object({ waybill: Type.Array(Type.Unknown()) });
const OneWaybill = Compile(Waybill);
/** An element without children is read as an empty text. */
const Content = Type.Union([Waybills, Type.Literal('')]);
const Result = Compile(Type.Object({ registrationResult: Content }));
const Extract = Compile(Type.Object({ registryExtract: Content }));

/** @throws Garbage */
export function resultLines(text: string): Line[] {
  const document = parsed(text);
  if (!Result.Check(document)) throw new Garbage('It answered something else than a registrationResult');
  return linesOf(document.registrationResult, text);
}

/** @throws Garbage */
export function extractLines(text: string): Line[] {
  const document = parsed(text);
  if (!Extract.Check(document)) throw new Garbage('It answered something else than a registryExtract');
  return linesOf(document.registryExtract, text);
}

function linesOf(content: Static<typeof Content>, text: string): Line[] {
  if (content === '') return [];
  const said = tagsOf(text, 'waybill');
  // Where they are not as many, nobody knows which is whose.
  const known = said.length === content.waybill.length ? said : [];
  return content.waybill.flatMap((one, at) =>
    OneWaybill.Check(one) ? [{ ...lineOf(one), ...(known[at] !== undefined && { said: known[at] }) }] : [],
  );
}

function lineOf(waybill: Static<typeof Waybill>): Line {
  switch (waybill['@status']) {
    case 'ACCEPTED':
      return { id: waybill['@id'], is: 'registered', externalRef: waybill['@reference'] };
    case 'DENIED':
      return { id: waybill['@id'], is: 'refused', reason: waybill.reason };
    case 'ABSENT':
      return { id: waybill['@id'], is: 'unknown' };
    default:
      return waybill satisfies never;
  }
}

function parsed(text: string): unknown {
  // Entities of its own are nothing an answer needs: only the five of XML itself are read.
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) throw new Garbage('It answered with a document type');
  if (XMLValidator.validate(text) !== true) throw new Garbage('It answered something else than XML');
  return parser.parse(text);
}
