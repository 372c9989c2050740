/** A body or query in Stripe's form encoding, nested by brackets: `metadata[order]=1&expand[]=latest_charge`. */
export type Params = { [name: string]: Value };
type Value = string | Value[] | Params;

/** @throws for a name that would reach into a prototype */
export function parseForm(text: string): Params {
  const root: Params = {};
  for (const [name, value] of new URLSearchParams(text)) place(root, pathOf(name), value);
  return root;
}

function pathOf(name: string): string[] {
  const [first = '', ...rest] = name.split('[');
  return [first, ...rest.map((part) => part.replace(/\]$/, ''))];
}

function place(into: Params, [name = '', ...rest]: string[], value: string): void {
  if (name === '__proto__') throw new Error('Not a parameter');
  const [next, ...further] = rest;
  if (next === undefined) {
    into[name] = value;
    return;
  }
  const known = into[name];
  // `expand[]=a` and `expand[0]=a` are the same list.
  if (next === '' || /^\d+$/.test(next)) {
    const list = Array.isArray(known) ? known : [];
    into[name] = list;
    if (further.length === 0) list.push(value);
    return;
  }
  const child: Params = typeof known === 'object' && !Array.isArray(known) ? known : {};
  into[name] = child;
  place(child, rest, value);
}

export function text(params: Params, name: string): string | undefined {
  const value = params[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function group(params: Params, name: string): Params {
  const value = params[name];
  return typeof value === 'object' && !Array.isArray(value) ? value : {};
}

export function list(params: Params, name: string): string[] {
  const value = params[name];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** Only its texts: what a caller attaches to an object. */
export function metadataOf(params: Params): Record<string, string> {
  const given = Object.entries(group(params, 'metadata'));
  return Object.fromEntries(
    given.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}
