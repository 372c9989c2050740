-- A made-up day, the same for the same seed: $rows receipts of 10,000 clients, evenly over the day, a few of which sell
-- much more than others. Holidays have tastes of their own, which change with the years.
create or replace temp table sorted as
with drawn as (
  select n, md5_number_lower(concat($seed, ':', $day, ':', n)) as a, md5_number_upper(concat($seed, ':', $day, ':', n)) as b
    from range($rows::bigint) r(n)
),
placed as (
  select *, epoch_ms($day::date::timestamp) + ((n + (a % 1000) / 1000.0) * 86400000 / $rows)::bigint as ms,
         lpad(to_hex(b), 16, '0') as hex,
         (10000 * pow((a // 1000 % 100000) / 100000.0, 3))::integer as client_no,
         (month($day::date) = 12 and day($day::date) >= 30) or (month($day::date) = 1 and day($day::date) <= 2) as holiday
    from drawn
),
chosen as (
  select *, list_transform(range((1 + b % 4)::bigint), lambda i:
           {'good': case when holiday and (b >> (6 + 4 * i)::bigint) % 16 < 9
                    then len($goods) - 1 - ((year($day::date) + (b >> (6 + 4 * i)::bigint) % 256 * 3 // 128) % $festive)
                    else ((len($goods) - $festive) * pow(((b >> (8 + 10 * i)::bigint) % 1024) / 1024.0, 2))::integer end,
            'quantity': 1 + (a >> (30 + 3 * i)::bigint) % 3 % 2,
            'cents': 250 + ((a >> (20 + 5 * i)::bigint) % 64) * 25}) as lines
    from placed
),
summed as (
  select *, list_sum(list_transform(lines, lambda l: l.quantity * l.cents))::bigint as total from chosen
),
written as (
  select *, encode(concat(
    '{"document":"sales_receipt","country":"US","receipt_number":"R-', client_no, '-', n, '-', hex[1:6],
    '","sold_at":"', strftime(make_timestamp(ms * 1000), '%Y-%m-%dT%H:%M:%S'), 'Z","seller":{"ein":"', lpad(client_no::varchar, 9, '1'),
    '","name":"Kitchen number ', client_no, ' of the city LLC","store":"Store ', client_no % 37, ', Grand Avenue ', client_no % 211,
    '","state":"CA","zip":"9', lpad((client_no % 9999)::varchar, 4, '0'), '"},"items":[',
    array_to_string(list_transform(lines, lambda l: concat(
      '{"sku":"SKU-', l.good, '-', client_no % 17, '","description":"', $goods[l.good::bigint + 1], '","quantity":', l.quantity,
      ',"unit_price":', printf('%.2f', l.cents / 100.0), ',"amount":', printf('%.2f', l.quantity * l.cents / 100.0), ',"taxable":true}')), ','),
    '],"subtotal":', printf('%.2f', total / 100.0), ',"sales_tax":[{"jurisdiction":"California","level":"STATE","rate_percent":"6","taxable_amount":',
    printf('%.2f', total / 100.0), ',"amount":', printf('%.2f', total * 0.06 / 100.0), '},{"jurisdiction":"Los Angeles","level":"COUNTY","rate_percent":"0.25","taxable_amount":',
    printf('%.2f', total / 100.0), ',"amount":', printf('%.2f', total * 0.0025 / 100.0), '}],"tax_total":', printf('%.2f', total * 0.0625 / 100.0),
    ',"tip":0,"total":', printf('%.2f', total * 1.0625 / 100.0), ',"payment":{"method":"CARD","amount":', printf('%.2f', total * 1.0625 / 100.0),
    ',"terminal":"T', client_no % 211, '","authorization":"', hex, '","token":"', md5(hex), md5(concat(hex, n)), '"}}')) as raw
    from summed
)
select concat(lpad(to_hex(ms), 12, '0')[1:8], '-', lpad(to_hex(ms), 12, '0')[9:12], '-7', hex[1:3], '-8', hex[4:6], '-', hex[5:16]) as id,
       concat('client_', lpad(client_no::varchar, 5, '0')) as client, 'sfo' as metro, 'us-sales-receipt' as type, 'JSON' as format,
       1::integer as version, case when a % 97 = 0 then 'REJECTED' else 'ACCEPTED' end as status,
       make_timestamp(ms * 1000)::timestamptz as received_at,
       case when a % 97 = 0 then null else make_timestamp((ms + 900) * 1000)::timestamptz end as accepted_at,
       concat('R-', client_no, '-', n, '-', hex[1:6]) as number, make_timestamp(ms // 1000 * 1000000)::timestamptz as issued_at,
       lpad(client_no::varchar, 9, '1') as seller, (total * 1.0625)::bigint as total, 'USD' as currency,
       ['schema', 'total', 'tax', 'lines']::varchar[] as checks,
       case when a % 97 = 0 then [{'rule': 'total', 'pointer': '/total', 'detail': 'The total is not the sum of lines, tax and tip'}]
            else [] end::struct(rule varchar, pointer varchar, detail varchar)[] as failures,
       case when a % 97 = 0 then [] else [{'authority': 'tax-office', 'status': 'REGISTERED', 'external_ref': concat('TX-', hex[6:16]),
            'reason': null, 'attempts': 1, 'answered_at': ms + 800}]
            end::struct(authority varchar, status varchar, external_ref varchar, reason varchar, attempts integer, answered_at bigint)[] as registrations,
       case when a % 97 = 0 then [] else [{'authority': 'tax-office', 'outcome': 'REGISTERED', 'answered_at': ms + 800,
            'body': concat('{"id":"', hex, '","reference":"TX-', hex[6:16], '","status":"registered"}')}]
            end::struct(authority varchar, outcome varchar, answered_at bigint, body varchar)[] as acknowledgements,
       unhex(sha256(raw)) as hash, raw
  from written
 order by client, received_at, id;
