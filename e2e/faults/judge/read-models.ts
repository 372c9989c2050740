import { service as identity } from '@dabba/identity';
import { service as meals } from '@dabba/meals';
import { type ReadModel, verify } from '@dabba/projections';
import type { Pool } from 'pg';
import type { Doors } from '../doors.ts';
import type { End } from './ends.ts';
import type { Findings } from './findings.ts';
import type { Journals } from './journals.ts';

/** Every read model has to equal its rebuild from Kafka, row by row, with nothing parked. */
export async function judgeRebuilds(doors: Doors, findings: Findings): Promise<boolean> {
  const before = findings.failures.length;
  const look = async (pool: Pool, model: ReadModel) => {
    const { equal, differenceCount, differences } = await verify(model, { ...doors, pool });
    const [first] = differences;
    if (!equal)
      findings.fail(
        `P2 P7 K3: read model ${model.name} differs from its rebuild in ${differenceCount} rows (${first?.table} ${JSON.stringify(first?.key)})`,
      );
  };
  for (const model of meals.readModels) await look(doors.meals, model);
  for (const model of identity.readModels) await look(doors.identity, model);
  for (const pool of [doors.meals, doors.identity]) {
    const { rows } = await pool.query<{ consumer: string; stream: string }>(
      'select consumer, stream from dabba.parked_streams',
    );
    findings.wrong(
      'P4 P5: streams are parked',
      rows.map(({ consumer, stream }) => `${consumer} ${stream}`),
    );
  }
  return findings.failures.length === before;
}

interface Row {
  meal_id: string;
  status: string;
  fridge_id: string | null;
  price: string | null;
}

/** Rows have to say what was accepted. Returns the meals whose row does. */
export async function judgeMealRows(
  pool: Pool,
  ends: ReadonlyMap<string, End>,
  findings: Findings,
): Promise<Set<string>> {
  const wanted = new Map(
    [...ends].map(([meal, { status, fridgeId, price }]) => [meal, `${status} ${fridgeId} ${price}`]),
  );
  const { rows } = await pool.query<Row>('select meal_id, status, fridge_id, price from meal_list');
  const right = new Set<string>();
  const wrong: string[] = [];
  const extra: string[] = [];
  for (const { meal_id: meal, status, fridge_id: fridge, price } of rows) {
    const row = `${status} ${fridge} ${price}`;
    if (row === wanted.get(meal)) right.add(meal);
    else if (wanted.has(meal)) wrong.push(`${meal} is ${row}, not ${wanted.get(meal)}`);
    else extra.push(meal);
  }
  const there = new Set(rows.map(({ meal_id: meal }) => meal));
  findings.missing(
    'P1 P2: accepted meals have no row in meal-list',
    [...wanted.keys()].filter((meal) => !there.has(meal)),
  );
  findings.extra('E7 P2: meal-list has rows nobody asked for', extra);
  findings.wrong('P2 P8: rows of meal-list are not what was accepted', wrong);
  return right;
}

/** Counters add up only if each sale was folded exactly once. */
export async function judgeSales(
  pool: Pool,
  ends: ReadonlyMap<string, End>,
  findings: Findings,
): Promise<void> {
  const wanted = new Map<string, { meals: number; amount: number }>();
  for (const { status, fridgeId, price } of ends.values()) {
    if (status !== 'SOLD' || fridgeId === null) continue;
    const { meals, amount } = wanted.get(fridgeId) ?? { meals: 0, amount: 0 };
    wanted.set(fridgeId, { meals: meals + 1, amount: amount + (price ?? 0) });
  }
  const { rows } = await pool.query<{ fridge_id: string; meals: number; amount: number }>(
    `select fridge_id, sum(meals)::int as meals, sum(amount)::float8 as amount from fridge_sales group by fridge_id`,
  );
  const told = new Map(rows.map(({ fridge_id, meals, amount }) => [fridge_id, `${meals} for ${amount}`]));
  const wrong = [...wanted].flatMap(([fridge, { meals, amount }]) => {
    const row = told.get(fridge) ?? 'nothing';
    return row === `${meals} for ${amount}` ? [] : [`${fridge} sold ${meals} for ${amount}, not ${row}`];
  });
  findings.wrong('P2 K3: fridge-sales does not add up', wrong);
}

/** The reaction has to know every fact of every start, without holes. */
export async function judgeGaps(pool: Pool, { acknowledged }: Journals, findings: Findings): Promise<void> {
  const wanted = new Map<string, number>();
  for (const name of acknowledged) {
    const at = name.lastIndexOf('/');
    const source = name.slice(0, at);
    wanted.set(source, Math.max(wanted.get(source) ?? 0, Number(name.slice(at + 1))));
  }
  const { rows } = await pool.query<{ source: string; highest: string; missing: unknown[] }>(
    `select source, highest, missing from dabba.fact_gaps where consumer = 'meals-on-fridge-facts'`,
  );
  const known = new Map(
    rows.map(({ source, highest, missing }) => [source, `${highest}, ${missing.length}`]),
  );
  findings.wrong(
    'B3: seqs seen (highest, holes) are not those accepted',
    [...wanted]
      .filter(([source, highest]) => known.get(source) !== `${highest}, 0`)
      .map(([source, highest]) => `${source}: ${known.get(source)} instead of ${highest}, 0`),
  );
}
