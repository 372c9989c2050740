import { faults, steps } from './cells.ts';
import type { Filled, Matrix } from './matrix.ts';

/** For people: a row of what happened, and what became of it in the books of each owner. */
export function tableOf({ cells: filled, unexplained, balance, took, ok }: Matrix): string {
  const widths = [11, 19, 32, 9, 8, 7, 12, 8];
  const row = (texts: readonly string[]) =>
    texts
      .map((text, at) => text.padEnd(widths[at] ?? 0))
      .join(' ')
      .trimEnd();
  const head = ['step', 'what happens', 'order', 'reserved', 'on hand', 'net', 'ticket', 'subsidy'];
  const lines = steps.flatMap((step) => faults.flatMap((fault) => filled.filter(at(step, fault)).map(line)));
  return [
    row(head),
    ...lines,
    '',
    `${filled.length} cells, ${filled.filter(({ wrong }) => wrong.length > 0).length} of them unlawful or empty, ${filled.filter(({ lawful }) => !lawful).length} that cannot exist`,
    `the provider holds ${balance.provider}, by the cells ${balance.cells}; ${unexplained} differences unexplained`,
    `took: ${Object.entries(took)
      .map(([name, seconds]) => `${name} ${seconds} s`)
      .join(', ')}`,
    ok ? 'Every cell is lawful.' : 'Not every cell is lawful.',
  ].join('\n');

  function line({ step, fault, how, seen, lawful, wrong }: Filled): string {
    const faulty = wrong.map((each) => `\n    ✗ ${each}`).join('');
    if (!lawful) return row([step, fault, `– cannot be: ${how}`]);
    if (!seen) return row([step, fault, `nothing was read (${how})`]) + faulty;
    const order = seen.reason === null ? seen.order : `${seen.order} ${seen.reason}`;
    const counts = [seen.reserved, seen.onHand].map(String);
    const money = [seen.net.toFixed(2), seen.ticket, seen.subsidyUsed.toFixed(2)];
    return row([step, fault, order, ...counts, ...money]) + faulty;
  }
}

const at = (step: string, fault: string) => (cell: Filled) => cell.step === step && cell.fault === fault;
