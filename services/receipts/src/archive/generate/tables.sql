-- What made-up receipts are put together from: sellers, and baskets with what they say of goods, sums and taxes. Made once, so that
-- a receipt is a draw of one of each.
create macro money(cents) as ((cents)::decimal(12, 0) * 0.01::decimal(2, 2))::varchar;
-- A rate in ten thousandths of a per cent, rounded half up as the type's rules have it.
create macro tax(cents, rate) as (cents * rate + 500000) // 1000000;
create macro tax_line(jurisdiction, level, percent, cents, rate) as concat(
  '{"jurisdiction":"', jurisdiction, '","level":"', level, '","rate_percent":"', percent, '","taxable_amount":', money(cents),
  ',"amount":', money(tax(cents, rate)), '}');

create table sellers as
select no, concat('client_', lpad(no::varchar, 5, '0')) as client, ein,
       concat('"seller":{"ein":"', ein, '","name":"Kitchen number ', no, ' of the city LLC","store":"Store ', no % 37,
              ', Grand Avenue ', no % 211, '","state":"CA","zip":"9', lpad(no::varchar, 4, '0'), '"},') as says
  from (select no::integer as no, concat('1', no % 10, '-1', lpad(no::varchar, 6, '0')) as ein from range(10000) sellers(no));

create table baskets as
with goods as (select unnest($goods) as description, generate_subscripts($goods, 1) - 1 as good),
-- Season 0 is every day; the others are New Year holidays, whose tastes change with the years.
drawn as (
  select season, basket, line, hash($seed, season, basket, line) as h
    from range($festive + 1) seasons(season), range($baskets) baskets(basket), range(18) lines(line)
   where line < 6 + hash($seed, season, basket) % 13
),
lines as (
  select season, basket, line, 1 + h % 3 % 2 as quantity, 250 + (h >> 20) % 64 * 25 as cents,
         case when season > 0 and (h >> 6) % 16 < 9
              then len($goods) - 1 - ((season - 1 + (h >> 10) % 256 * 3 // 128) % $festive)
              else floor((len($goods) - $festive) * pow(((h >> 32) % 1024) / 1024.0, 2)) end::bigint as good
    from drawn
),
summed as (
  select season, basket, sum(quantity * cents)::bigint as cents,
         string_agg(concat('{"sku":"SKU-', good, '","description":"', description, '","quantity":', quantity, ',"unit_price":', money(cents),
                           ',"amount":', money(quantity * cents), ',"taxable":true}'), ',' order by line) as items
    from lines join goods using (good)
   group by season, basket
)
select season, basket, cents + tax(cents, 60000) + tax(cents, 2500) + tax(cents, 22500) as total,
       concat('"items":[', items, '],"subtotal":', money(cents), ',"sales_tax":[',
              tax_line('California', 'STATE', '6', cents, 60000), ',', tax_line('Los Angeles', 'COUNTY', '0.25', cents, 2500), ',',
              tax_line('Los Angeles transit', 'DISTRICT', '2.25', cents, 22500),
              '],"tax_total":', money(tax(cents, 60000) + tax(cents, 2500) + tax(cents, 22500)), ',"tip":0,"total":') as says
  from summed;
