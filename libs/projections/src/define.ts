import type { ReadModel, TableSpec } from './types.ts';

/** Lets the compiler infer the names of the tables and check that the folds write to them only. */
export function defineReadModel<const T extends string>(model: {
  name: string;
  topics: ReadModel<T>['topics'];
  revision?: number;
  awaited?: true;
  tables: Readonly<Record<T, TableSpec>>;
  on: ReadModel<NoInfer<T>>['on'];
}): ReadModel<T> {
  return model;
}
