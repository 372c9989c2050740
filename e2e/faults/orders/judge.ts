/** What a customer was told: 201. */
export interface Promised {
  id: string;
  itemId: string;
  quantity: number;
}

/** An order as its owners show it; amounts in the currency. */
export interface FoundOrder {
  id: string;
  customerId: string;
  status: string;
  /** Before it was cancelled. */
  was: string | null;
  /** Why it was cancelled. */
  reason: string | null;
  total: number;
  stockItemId: string | null;
  quantity: number;
  payment: null | { captured: number; refunded: number; subsidy: number };
  /** By the provider's own book. */
  provider: { captured: number; back: number; charges: number };
  ticket: string | null;
  reservation: string | null;
}

export interface FoundStock {
  id: string;
  counted: number;
  onHand: number;
  reserved: number;
  /** Order → units the kitchen used for it. */
  used: ReadonlyMap<string, number>;
}

/** What went out of a fridge in one session, and what came of it; amounts in the currency. */
export interface FoundDoor {
  id: string;
  /** Of its session. */
  state: string;
  price: number;
  captured: number;
  owed: number;
  provider: FoundOrder['provider'];
}

export interface Found {
  orders: readonly FoundOrder[];
  doors?: readonly FoundDoor[];
  stocks: readonly FoundStock[];
  /** Orders whose tickets a cook began, or may have, as far as nobody's books tell. */
  begun?: ReadonlySet<string>;
  /** Customer → used of the allowance. */
  allowances: ReadonlyMap<string, number>;
  /** Differences of the books, in words. */
  unexplained: readonly string[];
  /** Of the provider. */
  balance: number;
  held: number;
}

export interface Verdict {
  orders: number;
  completed: number;
  cancelled: number;
  /** In the currency. */
  captured: number;
  given: number;
  /** Handed over though the stock was not there when inventory came back (S4-SVC-14). */
  soldWithoutStock: number;
  wrong: readonly string[];
}

/** Every order that was promised, and nothing else, with its stock, money, ticket and subsidy. Pure. */
export function judge(promised: readonly Promised[], soldOut: ReadonlySet<string>, found: Found): Verdict {
  const wrong: string[] = [];
  const is = (what: string, seen: unknown, wanted: unknown) => {
    if (seen !== wanted) wrong.push(`${what} is ${seen}, not ${wanted}`);
  };
  const { begun = new Set() } = found;
  const byId = new Map(found.orders.map((order) => [order.id, order]));
  is('orders listed twice', found.orders.length - byId.size, 0);
  for (const { id } of promised) if (!byId.has(id)) wrong.push(`${id} was accepted and is nowhere`);
  const told = new Set([...promised.map(({ id }) => id), ...soldOut]);
  for (const { id } of found.orders) if (!told.has(id)) wrong.push(`${id} was promised to nobody`);
  for (const id of soldOut)
    if (byId.get(id)?.status !== 'CANCELLED') wrong.push(`${id} was told as sold out`);

  for (const order of found.orders)
    for (const fault of faultsOf(order, begun)) wrong.push(`${order.id}: ${fault}`);
  const uses = new Map(found.stocks.map((stock) => [stock.id, stock]));
  for (const { id, counted, onHand, reserved, used } of found.stocks) {
    const sold = [...used.values()].reduce((sum, units) => sum + units, 0);
    is(`${id}: on hand and sold`, onHand + sold, counted);
    is(`${id}: reserved`, reserved, 0);
    for (const [orderId, units] of used) {
      const order = byId.get(orderId);
      if (!order || !(wasCooked(order) || begun.has(orderId)))
        wrong.push(`${id}: used for ${orderId}, which was never cooked`);
      else is(`${id}: used for ${orderId}`, units, order.quantity);
    }
  }
  const without = found.orders.filter(
    ({ id, ticket, stockItemId }) =>
      ticket === 'HANDED_OVER' && stockItemId !== null && !uses.get(stockItemId)?.used.has(id),
  );
  const completed = found.orders.filter(({ status }) => status === 'COMPLETED');
  for (const [customerId, used] of found.allowances) {
    const own = completed.filter((order) => order.customerId === customerId);
    is(
      `${customerId}: subsidy used`,
      cents(used),
      total(own, ({ payment }) => payment?.subsidy ?? 0),
    );
  }
  const captured = total(completed, ({ payment }) => payment?.captured ?? 0);
  const doors = found.doors ?? [];
  for (const door of doors) for (const fault of faultsOfDoor(door)) wrong.push(`${door.id}: ${fault}`);
  const atDoors = doors.reduce((sum, door) => sum + door.captured, 0);
  for (const difference of found.unexplained) wrong.push(`unexplained: ${difference}`);
  is('what the provider holds', cents(found.balance), cents(captured + atDoors));
  is('what the provider still keeps reserved', found.held, 0);
  return {
    orders: found.orders.length,
    completed: completed.length,
    cancelled: found.orders.length - completed.length,
    captured,
    given: total(completed, ({ payment }) => payment?.subsidy ?? 0),
    soldWithoutStock: without.length,
    wrong,
  };
}

function faultsOf(
  { id, status, total: price, payment, provider, ticket, reservation }: FoundOrder,
  begun: ReadonlySet<string>,
): string[] {
  const faults: string[] = [];
  const is = (what: string, seen: unknown, wanted: unknown) => {
    if (seen !== wanted) faults.push(`${what} is ${seen}, not ${wanted}`);
  };
  const { captured = 0, refunded = 0, subsidy = 0 } = payment ?? {};
  if (provider.charges > 1) faults.push(`charged ${provider.charges} times`);
  is('captured at the provider', provider.captured, captured);
  is('given back at the provider', provider.back, refunded);
  if (reservation === 'HELD' || reservation === 'COMMITTED') faults.push(`its reservation is ${reservation}`);
  if (status === 'COMPLETED') {
    is('paid', cents(captured + subsidy), price);
    is('given back', refunded, 0);
    is('its ticket', ticket, 'HANDED_OVER');
  } else if (status === 'CANCELLED') {
    is('kept', cents(captured - refunded), 0);
    // Taken back while nobody could tell that the kitchen was through with it: the money went back, the food is gone.
    const late = ticket === 'HANDED_OVER' && begun.has(id);
    if (ticket !== null && ticket !== 'CANCELLED' && ticket !== 'REJECTED' && !late)
      faults.push(`its ticket is ${ticket}`);
  } else faults.push(`it stays ${status}`);
  return faults;
}

/** S0-INV-05: taken once, and what could not be taken is owed. */
function faultsOfDoor({ state, price, captured, owed, provider }: FoundDoor): string[] {
  const faults: string[] = [];
  const is = (what: string, seen: unknown, wanted: unknown) => {
    if (seen !== wanted) faults.push(`${what} is ${seen}, not ${wanted}`);
  };
  if (state !== 'SETTLED' && state !== 'FAILED') faults.push(`it stays ${state}`);
  if (provider.charges > 1) faults.push(`charged ${provider.charges} times`);
  is('captured at the provider', provider.captured, captured);
  is('given back at the provider', provider.back, 0);
  is('captured and owed', cents(captured + owed), cents(price));
  return faults;
}

function wasCooked({ status, was }: FoundOrder): boolean {
  return status === 'COMPLETED' || was === 'PREPARING';
}

function total(orders: readonly FoundOrder[], of: (order: FoundOrder) => number): number {
  return cents(orders.reduce((sum, order) => sum + of(order), 0));
}

function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}
