import type { OpenStore } from '../index.ts';
import { context, produced, type Shelf, type ShelfEvent, shelfAt } from '../spec/shelf.ts';
import type { StreamType } from '../types.ts';

/** A state that stays as small as the raw one. */
const counted: StreamType<Shelf, ShelfEvent> = {
  name: 'shelf',
  revision: 1,
  initial: () => ({ left: 0, sold: [] }),
  evolve: (state) => ({ ...state, left: state.left + 1 }),
};

const traced = {
  ...context,
  correlationId: '01890a5d-ac96-774b-bcce-b302099a8057',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00',
};

const refOf = (n: number) => ({ ...shelfAt(`shelf-${n}`), type: counted });
const two = [
  produced('meal_01890a5d-ac96-774b-bcce-b302099a8057'),
  produced('meal_01890a5d-ac96-774b-bcce-b302099a8058'),
];

/** Load, decide, append two events, through the public door. */
export function ours(store: OpenStore, streams: number): () => Promise<void> {
  return async () => {
    const ref = refOf(Math.floor(Math.random() * streams));
    const answer = await store.execute(ref, ({ left }) => (left < 0 ? [] : two), traced);
    if (answer.refused) throw new Error(answer.detail);
  };
}

/** Streams of four events. */
export async function fill(store: OpenStore, streams: number): Promise<void> {
  let next = 0;
  const filler = async () => {
    while (next < streams) await store.execute(refOf(next++), () => [...two, ...two], traced);
  };
  await Promise.all(Array.from({ length: 400 }, filler));
}
