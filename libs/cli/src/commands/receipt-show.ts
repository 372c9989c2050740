import { findReceipt, viewOf } from '@dabba/receipts/status';
import type { Command } from 'commander';
import { Failed, printJson, printTable } from '../print.ts';
import { serviceNamed, withService } from '../services.ts';

/** Where a receipt stands, as its client sees it. */
export function addReceiptShow(group: Command): void {
  group
    .command('show <id>')
    .description('where a receipt stands: its checks and each authority')
    .option('--json', 'for machines')
    .action(async (id: string, { json }: { json?: true }) => {
      const found = await withService(await serviceNamed('receipts'), (deps) => findReceipt(deps, id));
      if (!found) throw new Failed(`No receipt ${id}`);
      const { clientId: client } = found.receipt;
      const view = { client, ...viewOf(id, found.receipt, found.waiting) };
      if (json) return printJson(view);
      const { type, version, status, received_at, accepted_at, checks, registrations } = view;
      printTable([{ id, client, type, version, status, received_at, accepted_at }], '');
      const broken = checks.filter(({ passed }) => !passed);
      console.log(`\n${checks.length} checks, ${broken.length} not passed`);
      if (broken.length > 0) printTable(broken, '');
      console.log('');
      printTable(registrations, 'No authority is asked.');
    });
}
