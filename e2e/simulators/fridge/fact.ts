/** What a fridge publishes, as `docs` of the edge bridge say it. */
export type FactBody =
  | { type: 'meal_stocked'; data: { meal_id: string } }
  | { type: 'meal_sold'; data: Sale }
  | { type: 'meal_missing'; data: { meal_id: string } }
  | { type: 'door_opened'; data: { session_id?: string; nonce?: string; door?: string } }
  | {
      type: 'door_closed';
      data: {
        session_id?: string;
        nonce?: string;
        door?: string;
        opened_at?: string;
        taken: readonly string[];
        added: readonly string[];
      };
    }
  | { type: 'command_done'; data: { command_id: string } }
  | { type: 'was_away'; data: { since: string } }
  | { type: 'heartbeat'; data: { temperature_c?: number } };

export type Fact = FactBody & {
  /** Number of the start of the device. */
  boot: number;
  /** Number within the boot, from 1, without gaps. */
  seq: number;
  /** ISO 8601. */
  at: string;
  /** Hash of the fact before it. */
  prev: string;
};

interface Sale {
  meal_id: string;
  customer_id: string;
  /** Minor units. */
  price: number;
  currency: string;
  session_id?: string;
  /** Sold without asking anybody, and what was known of it then. */
  offline?: boolean;
  temperature_safe?: boolean;
  policy?: string;
}

export interface Command {
  command_id: string;
  kind: string;
  reason: string;
  issued_at: string;
  /** Of an OPEN. */
  session_id?: string;
  door?: string;
  nonce?: string;
  /** ISO 8601. */
  expires_at?: string;
}

/** What somebody did while the door was open; meal ids. */
export interface Hands {
  taken?: readonly string[];
  added?: readonly string[];
}

export function isCommand(body: object): body is Command {
  return 'command_id' in body && typeof body.command_id === 'string';
}
