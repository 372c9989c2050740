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
  const { seller, tax } = termsOf(metro, sale.price);
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
    tax,
  });
}

/**
 * A sold meal that was given back as a document of the type `dabba-meal-refund`, the same bytes for the same event. Its number is that of
 * the refund as payments has it: a meal goes back once. Neither who got it nor what they said of it is in it.
 */
export function mealRefundDocument(refund: Events['MealRefunded'], metro: Metro): string {
  const { mealId, lotId, sku, price } = refund;
  const { seller, tax } = termsOf(metro, price);
  return JSON.stringify({
    document: 'dabba_meal_refund',
    refund_id: mealRefundId(mealId),
    refunded_at: new Date(refund.refundedAt).toISOString(),
    metro: metro.id,
    fridge_id: refund.fridgeId,
    seller_id: seller,
    meal: { meal_id: mealId, lot_id: lotId, sku },
    currency: refund.currency,
    total: price,
    tax,
  });
}

export function mealRefundId(mealId: string): string {
  return `ref_${mealId}`;
}

/** Who sells there, and the tax within a price. */
function termsOf(metro: Metro, price: number) {
  const { seller, taxPercent } = metro.receipts ?? { seller: `dabba_${metro.id}`, taxPercent: '0' };
  const rate = minor(taxPercent, places);
  return { seller, tax: { rate_percent: taxPercent, included: portion(price, rate, whole + rate) } };
}
