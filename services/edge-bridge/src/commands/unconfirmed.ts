import type { Event, Instant } from '@dabba/contracts';

/** What a fridge was told and has not yet done. */
export interface Command {
  fridgeId: string;
  commandId: string;
  kind: string;
  reason: string;
  issuedAt: Instant;
  sessionId: string | null;
  door: string | null;
  nonce: string | null;
  /** Not sent from then on; null: never. */
  expiresAt: Instant | null;
}

/** The fold of the `fridges` topic that the bridge needs: issued minus confirmed, in the order of issue. */
export class UnconfirmedCommands {
  /** False until everything there was at the start has been folded: until then something confirmed may still look open. */
  complete = false;
  readonly #byFridge = new Map<string, Map<string, Command>>();

  apply(event: Event<'FridgeCommandIssued' | 'FridgeCommandConfirmed'>): void {
    if (event.type === 'FridgeCommandIssued') {
      this.expect(event.data);
      return;
    }
    const { fridgeId, commandId } = event.data;
    const commands = this.#byFridge.get(fridgeId);
    commands?.delete(commandId);
    if (commands?.size === 0) this.#byFridge.delete(fridgeId);
  }

  expect(command: Command): void {
    const { fridgeId, commandId } = command;
    const commands = this.#byFridge.get(fridgeId) ?? new Map<string, Command>();
    commands.set(commandId, command);
    this.#byFridge.set(fridgeId, commands);
  }

  /** In the order of issue. */
  all(): Command[] {
    return [...this.#byFridge.values()].flatMap((commands) => [...commands.values()]);
  }

  /** What may still be obeyed. */
  of(fridgeId: string, now: Instant): readonly Command[] {
    return [...(this.#byFridge.get(fridgeId)?.values() ?? [])].filter((command) => !expired(command, now));
  }

  /** Nobody waits for what may not be obeyed any more. */
  forgetExpired(now: Instant): void {
    for (const [fridgeId, commands] of this.#byFridge) {
      for (const [id, command] of commands) if (expired(command, now)) commands.delete(id);
      if (commands.size === 0) this.#byFridge.delete(fridgeId);
    }
  }

  get size(): number {
    return [...this.#byFridge.values()].reduce((sum, commands) => sum + commands.size, 0);
  }
}

function expired({ expiresAt }: Command, now: Instant): boolean {
  return expiresAt !== null && expiresAt <= now;
}
