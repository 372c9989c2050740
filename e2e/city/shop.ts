import { Fridge, type FridgeOptions, type Hands } from '../simulators/fridge/index.ts';

export interface Portion {
  mealId: string;
  lotId: string;
  sku: string;
  /** Our instant. */
  expiresAt: number;
}

/** Nobody picks what expires while the door is open. Milliseconds. */
const margin = 5_000;
export const doors = ['1', '2'] as const;
export type Door = (typeof doors)[number];

/** A fridge on its street, with the people before its doors. Whoever is at a door has it until it is settled. */
export class Shop {
  readonly id: string;
  readonly fridge: Fridge;
  /** Stocked and fit to sell, so far as people know. */
  open = false;
  /** What is known of the meals that were put in. */
  readonly portions = new Map<string, Portion>();
  /** What it sold while nobody could be asked, and has not told yet. */
  soldAlone: string[] = [];
  /** The courier who is seeing to it. */
  care: Promise<void> | undefined;
  readonly #before = new Map<Door, (door: Door) => Hands | Promise<Hands>>();
  readonly #queue = new Map<Door, Promise<unknown>>();
  /** Tags that nobody may pick: in somebody's hand, or not to be seen. */
  readonly #inHand = new Set<string>();
  #told: number | undefined;

  constructor(options: FridgeOptions) {
    this.id = options.fridgeId;
    this.fridge = new Fridge({ ...options, now: () => this.#told ?? Date.now() });
    this.fridge.onOpen(async ({ door }) => {
      const asked = doors.find((one) => one === door);
      return asked ? ((await this.#before.get(asked)?.(asked)) ?? {}) : {};
    });
  }

  /** Meals that may be picked. */
  get left(): string[] {
    const soon = Date.now() + margin;
    return [...this.fridge.inside].filter(
      (id) => !this.#inHand.has(id) && (this.portions.get(id)?.expiresAt ?? Infinity) > soon,
    );
  }

  /** Takes so many of what is there; nobody else gets them. */
  pick(count: number): string[] {
    const picked = this.left.slice(0, count);
    for (const id of picked) this.#inHand.add(id);
    return picked;
  }

  /** Behind the others, where nobody looks. */
  hide(mealIds: readonly string[]): void {
    for (const id of mealIds) this.#inHand.add(id);
  }

  /** Waits for the door, then stands before it: `hands` act when it opens. */
  atDoor<T>(door: Door, hands: (door: Door) => Hands | Promise<Hands>, act: () => Promise<T>): Promise<T> {
    const turn = async () => {
      this.#before.set(door, hands);
      try {
        return await act();
      } finally {
        this.#before.delete(door);
      }
    };
    const mine = (this.#queue.get(door) ?? Promise.resolve()).then(turn, turn);
    this.#queue.set(
      door,
      mine.catch(() => {}),
    );
    return mine;
  }

  /** Alone with the fridge: the other doors stay shut meanwhile. */
  alone<T>(hands: () => Hands, act: () => Promise<T>): Promise<T> {
    return this.atDoor(
      '2',
      () => ({}),
      () => this.atDoor('1', hands, act),
    );
  }

  /** What it notes meanwhile has the time it is told, and is heard late. */
  inThePast(act: (setClock: (at: number) => void) => void): void {
    try {
      act((at) => {
        this.#told = at;
      });
    } finally {
      this.#told = undefined;
    }
  }
}
