import type { Events, Metro } from '@dabba/contracts';
import { minor, portion } from '../types/rules/money.ts';

/** Of the percentage: four decimal places. */
const places = 4;
const whole = 100 * 10 ** places;

/**
 * A sold meal as a document of the type `dabba-meal-sale`, the same bytes for the same event. Prices include the metro's
 * tax. Who bought it is not in it. @param saleId of the event, so that a meal which is sold twice has two receipts
 */
export function saleDocument(saleId: string, sale: Events['MealSold'], metro: Metro): string {
  const { seller, taxPercent } = metro.receipts ?? { seller: `dabba_${metro.id}`, taxPercent: '0' };
  const rate = minor(taxPercent, places);
  return JSON.stringify({
    document: 'dabba_meal_sale',
    sale_id: saleId,
    sold_at: new Date(sale.soldAt).toISOString(),
    metro: metro.id,
    fridge_id: sale.fridgeId,
    seller_id: seller,
    lines: [{ meal_id: sale.mealId, lot_id: sale.lotId, sku: sale.sku, amount: sale.price }],
    currency: sale.currency,
    total: sale.price,
    tax: { rate_percent: taxPercent, included: portion(sale.price, rate, whole + rate) },
  });
}
