import type { Knex } from 'knex';

/** Two that should say the same and do not; minor units. */
export interface Difference {
  kind:
    | 'provider'
    | 'stray'
    | 'order'
    | 'order-refunds'
    | 'cancelled-order'
    | 'meals'
    | 'meal-refunds'
    | 'subsidies'
    | 'ledger';
  payment_id: string | null;
  metro: string | null;
  currency: string;
  expected: number;
  found: number;
}

/**
 * Everything that does not agree, of what has had time to: ledger with provider, with orders, with meals, with allowances, and with itself. What is on
 * its way back is so in a book of its own, however long the provider is away: it may be there already, or not yet.
 * @param before what changed later is under way
 * @param since what changed earlier was compared often enough
 */
export async function differences(
  db: Knex,
  { since, before, most = 1_000 }: { since: Date; before: Date; most?: number },
): Promise<Difference[]> {
  const { rows } = await db.raw<{ rows: Difference[] }>(
    `with ours as (
       select payment_id, metro, currency, captured - refunded - disputed as net, captured + subsidy_paid as paid,
              captured - refunded - disputed + subsidy_paid - subsidy_back as kept, refunded + subsidy_back as back, subsidy_paid - subsidy_back as company,
              captured, refunded + disputed as returned, status, changed_at
         from payment_list
     ), on_its_way as (
       select payment_id, -sum(amount) as amount from ledger_postings where account = 'refunds-due'
        group by payment_id having sum(amount) <> 0
     ), meals as (
       select payment_id, min(metro) as metro, currency, sum(price) as price, max(sold_at) as sold_at,
              coalesce(sum(price) filter (where refunded), 0) as back
         from sold_meals where day >= :since::timestamptz::date group by payment_id, currency
     )
     select 'provider' as kind, p.payment_id, p.metro, p.currency, p.net::float8 as expected,
            (s.captured - s.refunded - s.disputed)::float8 as found
       from ours p join provider_seen s using (payment_id) left join on_its_way w using (payment_id)
      where p.changed_at between :since and :before and s.seen_at > p.changed_at
        and s.captured - s.refunded - s.disputed not between p.net and p.net + coalesce(w.amount, 0)
     union all
     select 'stray', s.payment_id, p.metro, s.currency, 0, s.net::float8
       from provider_strays s left join payment_list p using (payment_id) where s.net <> 0
     union all
     select 'order', o.payment_id, o.metro, o.currency, coalesce(p.paid, 0)::float8, coalesce(o.paid, 0)::float8
       from order_money o left join ours p using (payment_id)
      where o.changed_at between :since and :before and (p.changed_at is null or p.changed_at < :before) and not o.cancelled
        and coalesce(o.paid, 0) <> coalesce(p.paid, 0)
     union all
     select 'order-refunds', o.payment_id, o.metro, o.currency, o.refund_asked::float8, coalesce(p.back, 0)::float8
       from order_money o left join ours p using (payment_id)
      where o.changed_at between :since and :before and (p.changed_at is null or p.changed_at < :before) and not o.cancelled
        and o.refund_asked > coalesce(p.back, 0)
     union all
     select 'cancelled-order', o.payment_id, o.metro, o.currency, 0, p.kept::float8
       from order_money o join ours p using (payment_id)
      where o.cancelled and o.changed_at between :since and :before and p.changed_at < :before and p.kept <> 0
     union all
     select 'meals', m.payment_id, m.metro, m.currency, m.price::float8,
            (coalesce(p.captured, 0) + coalesce(r.amount, 0))::float8
       from meals m left join ours p using (payment_id) left join receivables r using (payment_id)
      where m.sold_at < :before and coalesce(p.changed_at, m.sold_at) < :before
        and coalesce(p.status, 'SUCCEEDED') in ('SUCCEEDED', 'CANCELLED')
        and m.price <> coalesce(p.captured, 0) + coalesce(r.amount, 0)
     union all
     select 'meals', p.payment_id, p.metro, p.currency, 0, p.captured::float8
       from payment_list l join ours p using (payment_id)
      where l.session_id is not null and p.captured > 0 and p.changed_at between :since and :before
        and not exists (select from sold_meals m where m.payment_id = p.payment_id)
     union all
     select 'meal-refunds', m.payment_id, m.metro, m.currency, m.back::float8,
            (coalesce(p.returned, 0) + coalesce(r.forgiven, 0) + coalesce(later.returned, 0))::float8
       from meals m left join ours p using (payment_id) left join receivables r using (payment_id)
       left join (select settles as payment_id, sum(refunded + disputed) as returned from payment_list where settles is not null group by 1)
                 later using (payment_id)
      where m.back > coalesce(p.returned, 0) + coalesce(r.forgiven, 0) + coalesce(later.returned, 0)
        and coalesce(p.status, 'SUCCEEDED') in ('SUCCEEDED', 'CANCELLED') and coalesce(p.changed_at, m.sold_at) < :before
        and m.sold_at < :before and coalesce(r.status, '') <> 'WRITTEN_OFF'
     union all
     select 'subsidies', p.payment_id, p.metro, p.currency, p.company::float8, used.amount::float8
       from ours p cross join lateral (
              select coalesce(sum(l.amount), 0) as amount from ledger_postings l
               where l.payment_id = p.payment_id and l.account = 'allowances-used') used
      where p.status in ('SUCCEEDED', 'CANCELLED') and p.changed_at between :since and :before and p.company <> used.amount
     union all
     select 'ledger', null, metro, currency, 0, sum(balance)::float8
       from ledger_accounts group by metro, currency having sum(balance) <> 0
     limit :most`,
    { since, before, most },
  );
  return rows;
}
