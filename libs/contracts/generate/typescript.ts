import type { AvroField, AvroRecord, AvroType } from './read-schemas.ts';

const primitives: Record<string, string> = {
  null: 'null',
  boolean: 'boolean',
  int: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
  bytes: 'Buffer',
  string: 'string',
};

/** A TypeScript interface for a record, with the schema's own words as its documentation. */
export function interfaceOf(record: AvroRecord): string {
  return `/** ${record.doc ?? record.name} */\nexport interface ${record.name} ${body(record.fields, '')}\n`;
}

function body(fields: AvroField[], indent: string): string {
  const lines = fields.map(
    (field) =>
      `${indent}  /** ${field.doc ?? ''} */\n${indent}  ${field.name}: ${typeOf(field.type, `${indent}  `)};`,
  );
  return `{\n${lines.join('\n')}\n${indent}}`;
}

function typeOf(type: AvroType, indent: string): string {
  if (typeof type === 'string') return primitives[type] ?? unknownType(type);
  if (Array.isArray(type)) return type.map((branch) => typeOf(branch, indent)).join(' | ');
  if (type.type === 'array' && type.items) return `readonly (${typeOf(type.items, indent)})[]`;
  if (type.type === 'map' && type.values) return `Readonly<Record<string, ${typeOf(type.values, indent)}>>`;
  if (type.type === 'enum' && type.symbols) return type.symbols.map((symbol) => `'${symbol}'`).join(' | ');
  if (type.type === 'record' && type.fields) return body(type.fields, indent);
  return typeOf(type.type, indent);
}

function unknownType(name: string): never {
  throw new Error(`No TypeScript for the Avro type ${name}: define it where it is used`);
}
