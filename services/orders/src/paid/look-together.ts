/**
 * Runs `look` once for all who ask while the one before is under way: what each is answered with was begun after they asked, and one at
 * most is waiting.
 */
export function lookTogether(look: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const begin = (): Promise<void> => {
    running = look().finally(() => {
      running = undefined;
    });
    return running;
  };
  const after = async (before: Promise<void>): Promise<void> => {
    await before.catch(() => {});
    next = undefined;
    await begin();
  };
  return () => {
    if (!running) return begin();
    next ??= after(running);
    return next;
  };
}
