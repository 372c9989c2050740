const hour = 3_600_000;

/** The body of `POST /api/v1/lots`: a lawful lot of three, made an hour ago, good for eight more. */
export function lotBody(change: Readonly<Record<string, unknown>> = {}) {
  return {
    sku: 'dal-makhani',
    kitchen_id: 'kit_sfo_1',
    quantity: 3,
    produced_at: new Date(Date.now() - hour).toISOString(),
    expires_at: new Date(Date.now() + 8 * hour).toISOString(),
    allergens: ['milk'],
    may_contain: ['sesame'],
    ...change,
  };
}
