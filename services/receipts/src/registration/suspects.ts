/**
 * Finds the one receipt at which an authority stumbles: those that were in a failed request again and again go in ever
 * smaller ones. Kept in memory: who forgets finds it again.
 */
export interface Suspects<T> {
  groups(of: readonly T[]): T[][];
  failed(group: readonly T[]): void;
  /** It is the authority's own fault. */
  acquit(): void;
}

/** Failed requests that prove nothing. */
const forgiven = 2;
const remembered = 10_000;

/** @param most of a request */
export function suspectsOf<T>(most: number, idOf: (one: T) => string): Suspects<T> {
  const failures = new Map<string, number>();
  const sizeAfter = (failed: number) => Math.max(1, Math.floor(most / 4 ** Math.max(0, failed - forgiven)));
  return {
    groups(of) {
      const open = new Map<number, T[]>();
      const groups: T[][] = [];
      for (const one of of) {
        const size = sizeAfter(failures.get(idOf(one)) ?? 0);
        const group = open.get(size) ?? [];
        if (group.length === 0) groups.push(group);
        group.push(one);
        if (group.length < size) open.set(size, group);
        else open.delete(size);
      }
      return groups;
    },
    failed(group) {
      if (failures.size > remembered) failures.clear();
      for (const id of group.map(idOf)) failures.set(id, (failures.get(id) ?? 0) + 1);
    },
    acquit: () => failures.clear(),
  };
}
