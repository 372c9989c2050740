import fc from 'fast-check';

const minutes = (max: number) => fc.integer({ min: 0, max });
const whom = fc.constantFrom('c1', 'c2');

/** What may come over a fridge. Minutes. */
export const happening = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), for: minutes(25) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('read' as const),
      celsius: fc.constantFrom(3, 3, 3, 4.9, 5.1, 9),
      after: minutes(6),
      drift: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 0, -30, 20),
      twice: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('mute' as const), after: minutes(12) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('buy' as const),
      customer: whom,
      takes: fc.integer({ min: 1, max: 2 }),
      open: minutes(5),
      drift: fc.constantFrom(0, 0, 0, 0, -30),
      /** The closing is told after so many other things. */
      late: fc.constantFrom(0, 0, 0, 2, 6),
      /** Before anything was told of its door. */
      givenUp: fc.constantFrom(false, false, true),
      twice: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('restock' as const), meals: minutes(3), life: minutes(120) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('spoil' as const), meal: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('recall' as const), lot: fc.nat(4) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('reserve' as const), meal: fc.nat(9), customer: whom }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('clean' as const), clear: fc.boolean() }) },
);
export type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;
