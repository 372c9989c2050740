-- What was bought: a row a line of a receipt, of every type that this release ships. A new type is one more branch.
create view receipt_lines as
with documents as (
  select day, id, client, type, format, received_at, try(decode(raw)) as document
    from receipts
   where status <> 'REJECTED'
),
json_lines as (
  select * exclude (document),
         case type
           when 'us-sales-receipt' then json_extract(document, '$.items')
           else json_extract(document, '$.lines')
         end as lines
    from documents
   where format = 'JSON'
     and type in ('us-sales-receipt', 'dabba-meal-sale', 'ua-fiscal-receipt')
),
one_by_one as (
  select * exclude (lines), unnest(json_extract(lines, '$[*]')) as line from json_lines
),
xml_lines as (
  select * exclude (document),
         unnest(regexp_extract_all(document, '(?s)<ROW ROWNUM="[0-9]+">(.*?)</ROW>', 1)) as line
    from (select * replace (regexp_extract(document, '(?s)<CHECKBODY>(.*?)</CHECKBODY>', 1) as document)
            from documents
           where format = 'XML' and type = 'ua-fiscal-receipt')
)
select day, id, client, type, received_at,
       coalesce(line ->> '$.description', line ->> '$.name', line ->> '$.sku') as item,
       coalesce(try_cast(line ->> '$.quantity' as double), 1) as quantity
  from one_by_one
union all
select day, id, client, type, received_at,
       regexp_extract(line, '<NAME>([^<]*)</NAME>', 1),
       coalesce(try_cast(regexp_extract(line, '<AMOUNT>([^<]*)</AMOUNT>', 1) as double), 1)
  from xml_lines;
