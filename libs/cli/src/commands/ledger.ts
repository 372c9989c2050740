import type { Command } from 'commander';
import { verifyLedger } from '../ledger/verify.ts';
import { Failed, printJson, printTable } from '../print.ts';
import { serviceNamed, withService } from '../services.ts';

export function addLedger(program: Command): void {
  program
    .command('ledger')
    .description('every meal accounted for')
    .command('verify')
    .description(
      'prove from the log that of each lot as many meals were produced as are somewhere; exit code 1 when not',
    )
    .option('--lot <id>', 'only this lot')
    .option('--json', 'for machines')
    .action(async ({ lot, json }: { lot?: string; json?: true }) => {
      const report = await withService(await serviceNamed('meals'), (deps) => verifyLedger(deps, lot));
      if (lot !== undefined && report.lots === 0 && report.balanced)
        throw new Failed(`No lot ${lot} in the log`);
      if (json) printJson(report);
      else {
        const { lots, meals, events, imbalances } = report;
        const wrong = new Set(imbalances.map((each) => each.lot)).size;
        console.log(`${lots} lots, ${meals} meals, ${events} events: ${wrong || 'no'} lots out of balance.`);
        if (imbalances.length > 0) printTable(imbalances, '');
      }
      if (!report.balanced) process.exitCode = 1;
    });
}
