const part = /^[A-Za-z0-9_=-][A-Za-z0-9._=-]*$/;

/** The key, if every part of it may be the name of a file anywhere. @throws Error */
export function checkedKey(key: string): string {
  if (key.split('/').every((name) => part.test(name))) return key;
  throw new Error(`Not a key of the object store: ${key}`);
}
