import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { openServers } from '../world/servers.ts';
import { startReceiptLoad } from './load.ts';
import { begun, drain, underWay, weigh } from './pipeline.ts';
import { openReceiptWorld } from './world.ts';

const log = (l: string) => console.error(new Date().toISOString().slice(14, 23), l);
const servers = await openServers(log);
process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --import /tmp/ra/prof.mjs`;
const world = await openReceiptWorld(servers.dir, log);
process.env.NODE_OPTIONS = '';
const load = await startReceiptLoad();

function tree() {
  const all = new Map<number, { ppid: number; name: string; cpu: number }>();
  for (const d of readdirSync('/proc')) {
    if (!/^\d+$/.test(d)) continue;
    try {
      const stat = readFileSync(`/proc/${d}/stat`, 'utf8');
      const rest = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const cmd = readFileSync(`/proc/${d}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      all.set(Number(d), {
        ppid: Number(rest[1]),
        name: cmd,
        cpu: (Number(rest[11]) + Number(rest[12])) * 10,
      });
    } catch {}
  }
  const mine = new Map<number, { name: string; cpu: number }>();
  for (const [pid, p] of all) {
    let at: number | undefined = pid;
    while (at !== undefined && at !== process.pid) at = all.get(at)?.ppid;
    if (at === process.pid || /postgres: .*bench.*receipts/.test(p.name)) mine.set(pid, p);
  }
  return mine;
}
const nameOf = (n: string) =>
  /postgres: (?:postgres )?.*bench\w*receipts/.test(n)
    ? 'pg-backend'
    : /postgres: (?:postgres )?.*bare/.test(n)
      ? 'pg-bare'
      : /^postgres:|bin\/postgres/.test(n)
        ? `pg ${n.slice(0, 40).replace(/\d/g, '')}`
        : /kafka\.Kafka/.test(n)
          ? 'kafka'
          : /apicurio/.test(n)
            ? 'registry'
            : /load-process/.test(n)
              ? 'load'
              : (/(receipts|tax-office|logistics)\/(src\/)?main/.exec(n)?.[1] ??
                (/bare\.ts/.test(n) ? 'bare' : n.slice(0, 50)));

const sampler = new pg.Client({ connectionString: process.env.DATABASE_URL });
await sampler.connect();
async function measured(title: string, work: () => Promise<unknown>, requests: (r: any) => number) {
  const before = tree();
  const rp = [...before].find(([, p]) => /receipts\/src\/main/.test(p.name))?.[0];
  if (rp) process.kill(rp, 'SIGUSR2');
  const waits = new Map<string, number>();
  let going = true,
    samples = 0;
  const sampling = (async () => {
    while (going) {
      const { rows } = await sampler.query(
        `select coalesce(wait_event_type||':'||wait_event,'CPU') w, application_name a, left(regexp_replace(query, '\\s+', ' ', 'g'), 70) q from pg_stat_activity where state='active' and pid<>pg_backend_pid()`,
      );
      samples++;
      for (const { w, a, q } of rows)
        waits.set(`${w} | ${a} | ${q}`, (waits.get(`${w} | ${a} | ${q}`) ?? 0) + 1);
      await sleep(25);
    }
  })();
  const began = performance.now();
  const result: any = await work();
  const secs = (performance.now() - began) / 1000;
  going = false;
  await sampling;
  const after = tree();
  if (rp) process.kill(rp, 'SIGUSR2');
  const by = new Map<string, number>();
  for (const [pid, p] of after)
    by.set(nameOf(p.name), (by.get(nameOf(p.name)) ?? 0) + p.cpu - (before.get(pid)?.cpu ?? 0));
  const n = requests(result);
  console.log(
    `\n## ${title}: ${secs.toFixed(1)} s, load ${readFileSync('/proc/loadavg', 'utf8').slice(0, 15)}`,
  );
  console.log(JSON.stringify(result));
  for (const [name, ms] of [...by].sort((a, b) => b[1] - a[1]).slice(0, 12))
    if (ms > 50)
      console.log(
        `  ${name.padEnd(40)} ${ms} ms  ${(ms / secs / 10).toFixed(0)} % of a core  ${(ms / n).toFixed(3)} ms each`,
      );
  for (const [k, c] of [...waits].sort((a, b) => b[1] - a[1]).slice(0, 14))
    console.log(`     ${(c / samples).toFixed(2)}  ${k}`);
  await sleep(500);
}
const seconds = Number(process.env.RA_SECONDS ?? 10);
const { receipts: origin, bare, clients, pool } = world;
log('warm');
await load.shoot({ origin, clients, posts: 200, looks: 0, seconds: 5 });
await load.shoot({ origin: bare, posts: 200, looks: 0, seconds: 2 });
await drain(pool, 900_000);
const sentOf = (r: any) => r.posts.sent + (r.looks?.sent ?? 0);
for (const step of (process.env.RA_STEPS ?? 'intake,drain').split(',')) {
  const [what, rate = '1000', secs = String(seconds)] = step.split(':');
  if (what === 'intake')
    await measured(step, () => load.shoot({ origin, posts: +rate, looks: +rate, seconds: +secs }), sentOf);
  if (what === 'posts')
    await measured(step, () => load.shoot({ origin, posts: +rate, looks: 0, seconds: +secs }), sentOf);
  if (what === 'bare')
    await measured(step, () => load.shoot({ origin: bare, posts: +rate, looks: 0, seconds: +secs }), sentOf);
  if (what === 'drain')
    await measured(
      step,
      async () => {
        const before = await underWay(pool);
        const d = await drain(pool, 900_000);
        return { before, ...d, rate: d.receipts / d.seconds };
      },
      (r) => Math.max(1, r.receipts),
    );
  if (what === 'down') await world.behave({ down: 1 });
  if (what === 'up') {
    await world.behave({});
    await begun(pool, 900_000);
  }
  if (what === 'sleep') await sleep(+rate);
  if (what === 'weigh') console.log(JSON.stringify(await weigh(pool)));
  if (what === 'sizes')
    console.table(
      (
        await pool.query(
          `select n.nspname||'.'||c.relname as rel, pg_relation_size(c.oid) b, pg_total_relation_size(c.oid) total from pg_class c join pg_namespace n on n.oid=c.relnamespace where c.relkind in ('r','i','t') and n.nspname not in ('information_schema','pg_catalog') order by 2 desc limit 24`,
        )
      ).rows,
    );
}
await sampler.end();
load.close();
await world.close();
await servers.close();
process.exit();
