import { randomUUID } from 'node:crypto';
import { shippedTypes } from '../../../services/receipts/src/types/shipped/index.ts';

/** A document as it goes over the wire. */
export interface Document {
  media: 'application/json' | 'application/xml';
  body: string;
}

/** About as large as receipts are in the mean (S3-RCP-01). */
const bytes = 2_000;

/** Of four documents two are US receipts and one a meal's, all JSON, and one a Ukrainian receipt in XML. Each is valid and new. */
export async function documents(): Promise<(n: number) => Document> {
  const shipped = await shippedTypes();
  const sampleOf = (type: string, format: string) => {
    const sample = shipped.find((one) => one.type === type && one.format === format)?.sample;
    if (sample === undefined) throw new Error(`No type ${type} in ${format}`);
    return sample;
  };
  const us = filled(Object(sampleOf('us-sales-receipt', 'JSON')), 'items', (n) => ({
    ...{ sku: `NOTE-${n}`, description: 'With compliments of the house, which is always open', quantity: 1 },
    ...{ unit_price: 0, amount: 0, taxable: false },
  }));
  const meal = filled(Object(sampleOf('dabba-meal-sale', 'JSON')), 'lines', () => ({
    ...{ meal_id: randomUUID(), lot_id: randomUUID(), sku: 'compliments', amount: 0 },
  }));
  const [before = '', after = ''] = String(sampleOf('ua-fiscal-receipt', 'XML')).split(/(?<=<ORDERNUM>)\d+/);
  return (n) => {
    const kind = n % 4;
    if (kind === 3) return { media: 'application/xml', body: `${before}${number()}${after}` };
    const body = kind === 2 ? { ...meal, sale_id: randomUUID() } : { ...us, receipt_number: randomUUID() };
    return { media: 'application/json', body: JSON.stringify(body) };
  };
}

/** With so many free items more that it has the size. */
function filled(
  sample: Record<string, unknown>,
  list: string,
  item: (n: number) => object,
): Record<string, unknown> {
  const items = [sample[list] ?? []].flat();
  while (JSON.stringify({ ...sample, [list]: items }).length < bytes) items.push(item(items.length));
  return { ...sample, [list]: items };
}

function number(): number {
  return Math.floor(Math.random() * 1e12);
}
