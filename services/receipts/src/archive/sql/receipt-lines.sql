-- What was bought, of every type that this release ships; a new type is one more branch. Conditions on `day` reach the files
-- of receipts_with_lines only: they do not pass the unnest of receipt_lines. What was given back of an order names no lines: its
-- money is in `total` of receipts, which is negative there.
create view receipts_with_lines as
select day, id, client, type, received_at,
       case
         when format = 'XML' and type = 'ua-fiscal-receipt' then list_transform(
           regexp_extract_all(
             regexp_extract(document, '(?s)<CHECKBODY>(.*?)</CHECKBODY>', 1), '(?s)<ROW ROWNUM="[0-9]+">(.*?)</ROW>', 1),
           lambda row: {
             'item': regexp_extract(row, '<NAME>([^<]*)</NAME>', 1),
             'quantity': coalesce(try_cast(regexp_extract(row, '<AMOUNT>([^<]*)</AMOUNT>', 1) as double), 1)})
         when format = 'JSON' and type in ('us-sales-receipt', 'dabba-meal-sale', 'dabba-order-sale', 'ua-fiscal-receipt') then list_transform(
           case type when 'us-sales-receipt' then json_extract(document, '$.items[*]') else json_extract(document, '$.lines[*]') end,
           lambda row: {
             'item': coalesce(row ->> '$.description', row ->> '$.name', row ->> '$.sku'),
             'quantity': coalesce(try_cast(row ->> '$.quantity' as double), 1)})
       end as lines
  from (select *, try(decode(raw)) as document from receipts where status <> 'REJECTED');

create view receipt_lines as
select day, id, client, type, received_at, line.item, line.quantity
  from (select * exclude (lines), unnest(lines) as line from receipts_with_lines);
