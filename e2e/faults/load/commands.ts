import type { DemoCredential } from '../../platform/credentials.ts';
import type { AcceptedCommand, Ledger } from '../ledger.ts';
import type { Answer, Session } from './session.ts';

const day = 24 * 60 * 60 * 1000;

/** Makes commands of one metro and writes what was accepted into the ledger. */
export interface Commander {
  /** A lot of so many meals; resolves with their ids once it is accepted. */
  makeLot(quantity: number): Promise<readonly string[]>;
  /** Asks the fridge to report. */
  commandFridge(fridgeId: string): Promise<void>;
  /** Sends an accepted command again under its key: the answer has to be the same (E7). */
  repeat(): Promise<void>;
}

interface Sent {
  session: Session;
  path: string;
  body: object;
  accepted: AcceptedCommand;
}

export interface CommanderOptions {
  metro: string;
  kitchen: { credential: DemoCredential; session: Session };
  operations: Session;
  ledger: Ledger;
  /** Unique in this run. */
  newKey(): string;
}

export function commander({ metro, kitchen, operations, ledger, newKey }: CommanderOptions): Commander {
  /** Accepted not long ago, oldest first. */
  const recent: Sent[] = [];

  async function command(
    session: Session,
    path: string,
    body: object,
    read: (key: string, answer: unknown) => AcceptedCommand | undefined,
  ): Promise<AcceptedCommand | undefined> {
    const key = newKey();
    ledger.open += 1;
    try {
      const answer = await session.post(path, key, body);
      const accepted = answer.status === 201 ? read(key, answer.body) : undefined;
      if (accepted === undefined) {
        ledger.broken.push(`a legal POST ${path} was refused: ${answer.status} ${brief(answer.body)}`);
        return undefined;
      }
      ledger.accept(accepted);
      recent.push({ session, path, body, accepted });
      if (recent.length > 400) recent.shift();
      return accepted;
    } finally {
      ledger.open -= 1;
    }
  }

  return {
    async makeLot(quantity) {
      const body = {
        sku: 'sku_dal_makhani',
        kitchen_id: kitchen.credential.ids.kitchen_id,
        quantity,
        produced_at: new Date(Date.now() - 1000).toISOString(),
        expires_at: new Date(Date.now() + 2 * day).toISOString(),
        allergens: ['milk'],
        may_contain: ['sesame'],
      };
      const accepted = await command(kitchen.session, '/api/v1/lots', body, (key, answer) =>
        isLot(answer) ? { kind: 'lot', key, metro, lotId: answer.id, mealIds: answer.meals } : undefined,
      );
      return accepted?.kind === 'lot' ? accepted.mealIds : [];
    },
    async commandFridge(fridgeId) {
      const body = { kind: 'REPORT', reason: 'drill' };
      await command(operations, `/api/v1/fridges/${fridgeId}/commands`, body, (key, answer) =>
        isIssued(answer)
          ? { kind: 'fridge-command', key, metro, fridgeId, commandId: answer.command_id }
          : undefined,
      );
    },
    async repeat() {
      const again = recent[Math.floor(recent.length / 2)];
      if (!again) return;
      const { session, path, body, accepted } = again;
      ledger.open += 1;
      try {
        const answer = await session.post(path, accepted.key, body);
        if (idIn(answer) !== idOf(accepted))
          ledger.twoAnswers.push(`${accepted.key}: ${idOf(accepted)}, then ${answer.status} ${idIn(answer)}`);
      } finally {
        ledger.open -= 1;
      }
    },
  };
}

function idOf(accepted: AcceptedCommand): string {
  return accepted.kind === 'lot' ? accepted.lotId : accepted.commandId;
}

function idIn({ body }: Answer): string | undefined {
  if (isLot(body)) return body.id;
  return isIssued(body) ? body.command_id : undefined;
}

function isLot(body: unknown): body is { id: string; meals: string[] } {
  return (
    typeof body === 'object' && body !== null && 'meals' in body && 'id' in body && Array.isArray(body.meals)
  );
}

function isIssued(body: unknown): body is { command_id: string } {
  return (
    typeof body === 'object' && body !== null && 'command_id' in body && typeof body.command_id === 'string'
  );
}

function brief(body: unknown): string {
  return (JSON.stringify(body) ?? '').slice(0, 300);
}
