import type { ReceiptsReport } from './drill.ts';

/** For people. */
export function receiptsTable(report: ReceiptsReport): string {
  const { promised, registrations, kills, missing, doubled, unknown, broken, notBack, ok } = report;
  const total = Object.values(kills).reduce((sum, one) => sum + one, 0);
  const some = (what: string, all: readonly string[]) => [
    `${what}: ${all.length}`,
    ...all.slice(0, 20).map((one) => `  ${one}`),
  ];
  return [
    `${total} kills: ${Object.entries(kills)
      .map(([name, n]) => `${name} ${n}`)
      .join(', ')}`,
    `${promised} receipts were answered for; the authorities hold ${registrations} registrations of them`,
    ...some('missing', missing),
    ...some('doubled', doubled),
    ...some('promised to nobody', unknown),
    ...(broken.length > 0 ? some('refused though legal', broken) : []),
    ...(notBack.length > 0 ? some('did not come back', notBack) : []),
    ok ? 'Every promise was kept, once.' : 'Promises were broken.',
  ].join('\n');
}
