import type { StripeAwayReport } from './drill.ts';

/** For people. */
export function stripeAwayTable(report: StripeAwayReport): string {
  const { answered, ends, doors, paidAfter, wrong, ok } = report;
  const counts = (of: Readonly<Record<string, number>>) =>
    Object.entries(of)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ') || 'none';
  const phases = (['before', 'away', 'after'] as const).map((phase) => {
    const { orders, payments, askedAgain, p50, p99, max } = answered[phase];
    return `${phase.padEnd(7)}${orders} orders answered 201 (${counts(payments)}) in ${p50} ms, p99 ${p99}, ${max} at most, asked again ${askedAgain} times; ended ${counts(ends[phase])}; ${doors[phase]} doors`;
  });
  return [
    `${report.seconds} s without the provider; an order waits ${report.payWithinSeconds} s to be paid`,
    ...phases,
    `back again: ${paidAfter.people} who had waited paid after ${paidAfter.median} s, ${paidAfter.max} s at most; ${report.givenBack} orders paid before were given back; settled after ${report.settled} s`,
    `captured and kept ${report.captured.toFixed(2)} for orders, ${report.capturedAtDoors.toFixed(2)} at doors; owed ${report.owedAtDoors.toFixed(2)}, of which a bad card took ${report.badCardTook.toFixed(2)}; of companies ${report.given.toFixed(2)}`,
    `doors that stayed shut: ${counts(report.shut)}`,
    `books asked ${report.books.asked} times meanwhile: unexplained ${report.books.unexplainedAtMost} at most`,
    `wrong: ${wrong.length}`,
    ...wrong.slice(0, 30).map((one) => `  ${one}`),
    ok
      ? 'No sale was refused, every order ended lawfully, nobody was charged twice; stock and money balance to zero.'
      : 'Promises were broken.',
  ].join('\n');
}
