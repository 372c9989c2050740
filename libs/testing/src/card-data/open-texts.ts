/** Words with the number of a card, as people write them: no id, time or address takes them. */
const written = ['4242 4242 4242 4242', 'card 4242424242424242'];
const formats = new Set(['no-card-number', 'date-time', 'date', 'time', 'uuid', 'uri']);

/** What nobody types, or nobody keeps. */
const machines = [
  // Credentials are compared.
  /^POST \/api\/v1\/auth\/token /,
  // One of few that there are: any other is refused, or finds nothing.
  / #\/metro$/,
  / #\/provider$/,
  /^POST \/api\/v1\/receipts\/failed\/reopen #\/authority$/,
  // Rules and the documents they are tried on.
  /^POST \/api\/v1\/receipt-types(\/dry-run #\/definition| #)\/(recognition\/-\/equals|schema|mapping|checks\/-\/expression|sample)\b/,
  /^POST \/api\/v1\/receipt-types\/dry-run #\/samples\//,
  /^(PUT|POST) \/api\/v1\/receipt-webhooks\/\S+ #\/(url|event_ids\/-)$/,
  // Each of its members is looked at, and others are refused.
  /^PATCH \/api\/v1\/orders\/\{id\} #\/\*$/,
];

/**
 * Where bodies of an OpenAPI document take words that may hold the number of a card (S1-SEC-05), `POST /api/v1/lots/{id}/recall #/reason`:
 * strings without `typedText` that no pattern, format or list keeps narrow. Items of a list are `-`, members of any name `*`.
 */
export function openTexts(document: unknown): string[] {
  return Object.entries(member(document, 'paths')).flatMap(([path, operations]) =>
    Object.entries(record(operations)).flatMap(([method, operation]) =>
      Object.values(member(member(operation, 'requestBody'), 'content'))
        .flatMap((content) => openIn(member(content, 'schema'), '#', document))
        .map((pointer) => `${method.toUpperCase()} ${path} ${pointer}`)
        .filter((place) => !machines.some((known) => known.test(place))),
    ),
  );
}

function openIn(schema: Schema, at: string, document: unknown): string[] {
  const { $ref, type, properties, items, additionalProperties, patternProperties } = schema;
  if (typeof $ref === 'string') return openIn(referred(document, $ref), at, document);
  const branches = ['anyOf', 'oneOf', 'allOf'].flatMap((name) => list(schema[name]));
  const below = [
    ...branches.map((branch) => [branch, at] as const),
    ...Object.entries(record(properties)).map(([name, each]) => [each, `${at}/${name}`] as const),
    ...(items === undefined ? [] : [[items, `${at}/-`] as const]),
    ...[additionalProperties, ...Object.values(record(patternProperties))].flatMap((each) =>
      typeof each === 'object' ? [[each, `${at}/*`] as const] : [],
    ),
  ].flatMap(([each, where]) => openIn(record(each), where, document));
  const isAnything = type === undefined && branches.length === 0;
  return (isAnything || [type].flat().includes('string')) && takesCards(schema) ? [at, ...below] : below;
}

function takesCards({ enum: listed, const: only, format, pattern, maxLength }: Schema): boolean {
  if (listed !== undefined || only !== undefined) return false;
  if (typeof format === 'string' && formats.has(format)) return false;
  if (typeof maxLength === 'number' && maxLength < 14) return false;
  return typeof pattern !== 'string' || written.some((text) => new RegExp(pattern, 'u').test(text));
}

type Schema = Readonly<Record<string, unknown>>;

function record(value: unknown): Schema {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function member(value: unknown, name: string): Schema {
  return record(record(value)[name]);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** @param ref `#/components/schemas/Problem` */
function referred(document: unknown, ref: string): Schema {
  return record(ref.split('/').slice(1).reduce(member, record(document)));
}
