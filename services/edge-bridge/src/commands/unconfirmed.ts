import type { Event, Instant } from '@dabba/contracts';

/** What a fridge was told and has not yet done. */
export interface Command {
  fridgeId: string;
  commandId: string;
  kind: string;
  reason: string;
  issuedAt: Instant;
}

/** The fold of the `fridges` topic that the bridge needs: issued minus confirmed, in the order of issue. */
export class UnconfirmedCommands {
  /** False until everything there was at the start has been folded: until then something confirmed may still look open. */
  complete = false;
  readonly #byFridge = new Map<string, Map<string, Command>>();

  apply(event: Event<'FridgeCommandIssued' | 'FridgeCommandConfirmed'>): void {
    const { fridgeId, commandId } = event.data;
    const commands = this.#byFridge.get(fridgeId) ?? new Map<string, Command>();
    if (event.type === 'FridgeCommandIssued') {
      const { kind, reason, issuedAt } = event.data;
      commands.set(commandId, { fridgeId, commandId, kind, reason, issuedAt });
      this.#byFridge.set(fridgeId, commands);
    } else {
      commands.delete(commandId);
      if (commands.size === 0) this.#byFridge.delete(fridgeId);
    }
  }

  of(fridgeId: string): readonly Command[] {
    return [...(this.#byFridge.get(fridgeId)?.values() ?? [])];
  }

  get size(): number {
    return [...this.#byFridge.values()].reduce((sum, commands) => sum + commands.size, 0);
  }
}
