import type { Command } from 'commander';
import { storeServices, withService } from '../services.ts';

export function addMigrate(program: Command): void {
  program
    .command('migrate')
    .description(
      "create or update every service's database (S1-SET-04); services do the same when they start",
    )
    .action(async () => {
      for await (const service of storeServices()) {
        await withService(service, async () => {});
        console.log(`${service.name}: up to date`);
      }
    });
}
