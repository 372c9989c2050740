/** What a fridge publishes, as `docs` of the edge bridge say it. */
export type FactBody =
  | { type: 'meal_stocked'; data: { meal_id: string } }
  | { type: 'meal_sold'; data: { meal_id: string; customer_id: string; price: number; currency: string } }
  | { type: 'command_done'; data: { command_id: string } }
  | { type: 'heartbeat'; data: { temperature_c?: number } };

export type Fact = FactBody & {
  /** Number of the start of the device. */
  boot: number;
  /** Number within the boot, from 1, without gaps. */
  seq: number;
  /** ISO 8601. */
  at: string;
};

export interface Command {
  command_id: string;
  kind: string;
  reason: string;
  issued_at: string;
}
