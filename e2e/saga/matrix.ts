import { setTimeout as pause } from 'node:timers/promises';
import { stopwatchFrom } from '../faults/stopwatch.ts';
import { clientOf } from '../platform/client.ts';
import { firstWithRole, withRole } from '../platform/credentials.ts';
import { ledgerAt, type StripeLedger } from '../simulators/stripe/ledger-at.ts';
import { type Cell, cells, victims } from './cells.ts';
import { type Errand, errandOf } from './errand.ts';
import { insist } from './insist.ts';
import { allowance, counted } from './lawful.ts';
import { grant, openVendor, priced, sell } from './market.ts';
import { observe } from './observe.ts';
import { type Seen, unlawful } from './outcome.ts';
import { walk } from './walk.ts';
import type { SagaWorld } from './world.ts';

export interface Filled extends Pick<Cell, 'step' | 'fault' | 'how' | 'lawful'> {
  seen?: Seen;
  orderId?: string;
  /** Empty: it is lawful, or cannot exist. */
  wrong: readonly string[];
}

export interface Matrix {
  ok: boolean;
  cells: readonly Filled[];
  /** Differences between ledger, provider and orders at the end. */
  unexplained: number;
  /** What the provider holds in the end, and what it ought to by the cells. */
  balance: { provider: number; cells: number };
  /** Seconds of each part. */
  took: Readonly<Record<string, number>>;
}

interface Run {
  cell: Cell;
  errand: Errand;
  answered: number | null;
  failed: string | undefined;
  /** It came to an end. */
  over: boolean;
}

const metro = 'sfo';
/** Milliseconds an order may take to its end after everybody is back, and it has to stay there. */
const settleWithin = 60_000;
const still = 3_000;

/** Every step by everything that can happen at it, each with an order, a stall and a customer of its own. */
export async function runMatrix(
  world: SagaWorld,
  onProgress: (line: string) => void,
  wanted: (cell: Cell) => boolean = () => true,
): Promise<Matrix> {
  const stopwatch = stopwatchFrom(Date.now());
  const { platform, stripe } = world;
  const operations = clientOf(platform.url, firstWithRole(platform.credentials, 'operations', metro));
  const runs = await prepare(cells.filter(wanted));
  stopwatch.lap('market');

  const progress = setInterval(
    () =>
      onProgress(
        `not over yet: ${runs
          .filter(({ over }) => !over)
          .map(({ cell }) => `${cell.step} ${cell.fault}`)
          .join(', ')}`,
      ),
    10_000,
  );
  const going = runs
    .filter(({ cell }) => cell.act?.kind === 'done')
    .map((run) => guarded(run, () => byHand(run)));
  // Those who wait for something that never comes go on waiting while others die.
  await Promise.race([Promise.all(going), pause(20_000)]);
  stopwatch.lap('by hand');
  for (const victim of victims) {
    const mine = runs.filter(({ cell: { act } }) => act && 'victim' in act && act.victim === victim);
    if (mine.length > 0) going.push(...(await wave(victim, mine)));
    stopwatch.lap(victim);
  }
  await Promise.all(going);
  clearInterval(progress);
  stopwatch.lap('ends');
  const judged = await judge();
  const { body } = await insist(() => operations.get<{ unexplained: number }>('/api/v1/reconciliation'));
  const { totals } = await ledgerAt(stripe);
  stopwatch.lap('judged');
  const kept = judged.reduce((sum, { seen }) => sum + Math.round((seen?.net ?? 0) * 100), 0) / 100;
  const impossible = cells
    .filter((cell) => !cell.act && wanted(cell))
    .map(({ step, fault, how }): Filled => ({ step, fault, how, wrong: [] }));
  const balance = { provider: totals.balance / 100, cells: kept };
  return {
    ok:
      judged.every(({ wrong }) => wrong.length === 0) &&
      body.unexplained === 0 &&
      balance.provider === kept &&
      totals.held === 0,
    cells: [...judged, ...impossible],
    unexplained: body.unexplained,
    balance,
    took: stopwatch.laps,
  };

  async function prepare(possible: readonly Cell[]): Promise<Run[]> {
    onProgress('a market');
    const [own, other] = [
      await openVendor(operations, 'vnd_matrix', true),
      await openVendor(operations, 'vnd_byhand', false),
    ];
    const acting = possible.filter(({ act }) => act !== undefined);
    const customers = withRole(platform.credentials, 'customer', metro);
    return Promise.all(
      acting.map(async (cell, index): Promise<Run> => {
        const credential = customers[index];
        const customerId = credential?.ids.customer_id;
        if (!credential || customerId === undefined) throw new Error('There are too few customers');
        const stall = await sell(operations, cell.byHand ? other : own, `c${index}`, counted);
        await grant(operations, customerId, allowance, metro);
        const customer = clientOf(platform.url, credential);
        await priced(customer, stall);
        const errand = errandOf(customer, stall, { operations, stripe });
        return { cell, errand, answered: null, failed: undefined, over: false };
      }),
    );
  }

  async function byHand(run: Run): Promise<void> {
    const { cell, errand } = run;
    await before(run);
    if (cell.act?.kind === 'done') run.answered = await cell.act.work(errand);
    await walk(errand, 'COMPLETED');
    run.over = true;
  }

  async function before({ cell, errand }: Run): Promise<void> {
    if (cell.before === undefined) return;
    await errand.place();
    await walk(errand, cell.before);
    await errand.kept(cell.before);
  }

  /** All its orders come as far as they have to, then it dies over all of them. */
  async function wave(victim: string, mine: readonly Run[]): Promise<Promise<void>[]> {
    onProgress(`${victim} dies over ${mine.length} orders`);
    await Promise.all(mine.map((run) => guarded(run, () => before(run))));
    const at = mine.filter(({ cell }) => cell.act?.kind === 'killed');
    const meanwhile = mine.filter(({ cell }) => cell.act?.kind === 'meanwhile');
    await Promise.all(at.map((run) => guarded(run, async () => run.cell.act?.work(run.errand))));
    await platform.services.kill9(victim);
    await Promise.all(
      meanwhile.map((run) =>
        guarded(run, async () => {
          if (run.cell.act?.kind === 'meanwhile') run.answered = await run.cell.act.work(run.errand);
        }),
      ),
    );
    await platform.services.restart(victim);
    return mine.map((run) =>
      guarded(run, async () => {
        await walk(run.errand, 'COMPLETED');
        run.over = true;
      }),
    );
  }

  async function guarded(run: Run, work: () => Promise<unknown>): Promise<void> {
    if (run.failed !== undefined) return;
    try {
      await work();
    } catch (error) {
      run.failed = String(error);
    }
  }

  async function judge(): Promise<Filled[]> {
    const look = async () => {
      const ledger = await ledgerAt(stripe);
      return Promise.all(runs.map((run) => filled(run, ledger)));
    };
    const until = Date.now() + settleWithin;
    let found = await look();
    while (found.some(({ wrong }) => wrong.length > 0) && Date.now() < until) {
      await pause(500);
      found = await look();
    }
    // What is so in passing only is none.
    await pause(still);
    return look();
  }

  async function filled({ cell, errand, answered, failed }: Run, ledger: StripeLedger): Promise<Filled> {
    const { step, fault, how, lawful = [] } = cell;
    const about = { step, fault, how, lawful };
    try {
      const seen = await observe(errand, operations, ledger, answered);
      const wrong = [...unlawful(seen, lawful), ...(failed === undefined ? [] : [failed])];
      return { ...about, seen, orderId: await errand.id(), wrong };
    } catch (error) {
      return { ...about, wrong: [failed ?? String(error)] };
    }
  }
}
