-- S3-ANL-01: tastes in the New Year holidays, all clients, over all years there are: the five items taken most from
-- 30 December to 2 January, their share of all that was taken then, and how many times that is their share the year before.
with holidays as (
  select year(day + interval 2 days) as new_year, item, sum(quantity) as taken
    from receipt_lines
   where (month(day) = 12 and day(day) >= 30) or (month(day) = 1 and day(day) <= 2)
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
