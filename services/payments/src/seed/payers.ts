import type { StoreDeps } from '@dabba/service-kit';
import { allowanceRef } from '../allowance/allowance.ts';
import { decideAllowance } from '../allowance/decide.ts';
import { decidePayer } from '../payer/decide.ts';
import { payerRef } from '../payer/payer.ts';

/** Demo customers of a metro, as identity's seed names them; the first has 5.00 of its company's, each day anew (S2-ORD-02). */
const customers = 40;
const saved = { method: 'pm_card_visa', customer: null };

/** Everybody in the demo city pays with a test card. Run again it changes nothing. */
export async function seedPayers({ store, region, now }: StoreDeps): Promise<void> {
  const context = { actor: 'seed', now: now() };
  for (const { id: metro, currency } of region.metros)
    for (let n = 1; n <= customers; n++) {
      const customerId = `cus_${metro}_${String(n).padStart(3, '0')}`;
      const at = { customerId, now: context.now } as const;
      await store.execute(
        payerRef(customerId, metro),
        (payer) => decidePayer(payer, { do: 'save-method', provider: 'stripe', saved, ...at }),
        context,
      );
      if (n > 1) continue;
      await store.execute(
        allowanceRef(customerId, metro),
        (state) => decideAllowance(state, { do: 'grant', allowance: 500, currency, period: 'DAY', ...at }),
        context,
      );
    }
}
