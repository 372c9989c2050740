import type { OrdersReport } from './drill.ts';

/** For people. */
export function ordersTable(report: OrdersReport): string {
  const { kills, recovery, wrong, answers, acceptedWithout, ok } = report;
  const counts = (of: Readonly<Record<string, number>>) =>
    Object.entries(of)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  const all = Object.values(kills).reduce((sum, one) => sum + one, 0);
  return [
    `${all} kills in ${report.seconds} s: ${counts(kills)}; back after ${recovery.all?.median ?? '–'} ms, ${recovery.all?.max ?? '–'} at most`,
    `${report.promised} orders promised (${counts(answers)}), while away: ${counts(acceptedWithout)}`,
    `${report.completed} completed, ${report.cancelled} cancelled, ${report.soldWithoutStock} sold without inventory's word; settled after ${report.settled} s`,
    `captured and kept ${report.captured.toFixed(2)}, of companies ${report.given.toFixed(2)}`,
    `wrong: ${wrong.length}`,
    ...wrong.slice(0, 30).map((one) => `  ${one}`),
    ok ? 'Every order ended lawfully; stock and money balance to zero.' : 'Promises were broken.',
  ].join('\n');
}
