-- S3-ANL-01: tastes in the New Year holidays, all clients, over all years there are: the five items taken most from
-- 30 December to 2 January, their share of all that was taken then, and how many times that is their share the year before.
with days as (
  -- As values, so that only their files are opened: a condition on month(day) would open all.
  select unnest([make_date(y, 12, 30), make_date(y, 12, 31), make_date(y + 1, 1, 1), make_date(y + 1, 1, 2)]) as day
    from range(2000, 2100) years(y)
),
holidays as (
  select new_year, line.item as item, sum(line.quantity) as taken
    from (select year(day + interval 2 days) as new_year, unnest(lines) as line
            from receipts_with_lines
           where day in (select day from days))
   group by all
),
shares as (
  select *, taken / sum(taken) over (partition by new_year) as share,
         row_number() over (partition by new_year order by taken desc, item) as place
    from holidays
)
select new_year, place, item, round(taken)::bigint as taken, round(100 * share, 2) as percent,
       round(share / lag(share) over (partition by item order by new_year), 2) as times_last_year
  from shares
qualify place <= 5
 order by new_year, place;
