-- Made-up days, the same for the same seed: $rows receipts a day of 10,000 clients, evenly over the day, a few of which sell much more than
-- others. Columns and order are those of the files.
create or replace temp table made as
with drawn as (
  select $from::date + (n // $rows)::integer as day, n % $rows as i, hash($seed, day, i) as a, hash(a, 1) as b
    from range($days::bigint * $rows) receipts(n)
),
placed as (
  select day, a % 97 = 0 as wrong, lpad(lower(to_hex(b)), 16, '0') as hex, b % $baskets as basket,
         epoch_ms(day) + floor((i + a % 1000 / 1000.0) * 86400000 / $rows)::bigint as ms,
         floor(10000 * pow((a >> 10) % 1048576 / 1048576.0, 3))::integer as no,
         case when (month(day) = 12 and day(day) >= 30) or (month(day) = 1 and day(day) <= 2) then 1 + year(day) % $festive else 0 end as season
    from drawn
),
written as (
  -- Of a hundred one says a wrong total.
  select placed.*, client, ein, total + if(wrong, 100, 0) as charged, concat('R-', no, '-', hex[1:12]) as number,
         encode(concat('{"document":"sales_receipt","country":"US","receipt_number":"', number, '","sold_at":"',
                       strftime(make_timestamp(ms * 1000), '%Y-%m-%dT%H:%M:%SZ'), '",', sellers.says, baskets.says,
                       money(charged), ',"payment":{"method":"CARD","amount":', money(charged), '}}')) as raw,
         lpad(lower(to_hex(ms)), 12, '0') as time
    from placed join sellers using (no) join baskets using (season, basket)
)
select day, concat(time[1:8], '-', time[9:12], '-7', hex[1:3], '-8', hex[4:6], '-', hex[5:16]) as id,
       client, 'sfo' as metro, 'us-sales-receipt' as type, 'JSON' as format,
       1::integer as version, if(wrong, 'REJECTED', 'ACCEPTED') as status, make_timestamp(ms * 1000)::timestamptz as received_at,
       if(wrong, null, make_timestamp((ms + 900) * 1000)::timestamptz) as accepted_at, number,
       make_timestamp(ms // 1000 * 1000000)::timestamptz as issued_at, ein as seller, charged as total, 'USD' as currency,
       if(wrong, list_filter($checks, lambda name: name <> 'total-adds-up'), $checks)::varchar[] as checks,
       if(wrong, [{'rule': 'total-adds-up', 'pointer': '/total', 'detail': 'Subtotal, taxes and tip do not add up to the total.'}],
          [])::struct(rule varchar, pointer varchar, detail varchar)[] as failures,
       if(wrong, [], [{'authority': 'tax-office', 'status': 'REGISTERED', 'external_ref': concat('TX-', hex[6:16]),
            'reason': null, 'attempts': 1, 'answered_at': ms + 800}])
            ::struct(authority varchar, status varchar, external_ref varchar, reason varchar, attempts integer, answered_at bigint)[] as registrations,
       if(wrong, [], [{'authority': 'tax-office', 'outcome': 'REGISTERED', 'answered_at': ms + 800,
            'body': concat('{"id":"', hex, '","reference":"TX-', hex[6:16], '","status":"registered"}')}])
            ::struct(authority varchar, outcome varchar, answered_at bigint, body varchar)[] as acknowledgements,
       unhex(sha256(raw)) as hash, raw
  from written
 order by day, client, received_at, id;
