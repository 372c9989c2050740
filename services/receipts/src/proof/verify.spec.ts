import { beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, kind, partHashes, sha256 } from './bundle.ts';
import { leafHash } from './merkle.ts';
import { verifyChain } from './root.ts';
import { sign } from './signed.ts';
import { day, document, goldenBundle, keys, privateJwk, signer } from './spec/golden.ts';
import { verifyProof } from './verify.ts';

let golden: Bundle;
beforeAll(async () => {
  golden = await goldenBundle();
});

const problemsOf = async (proof: unknown, by = keys, bytes?: Buffer) => {
  const verdict = await verifyProof(proof, by, bytes);
  return verdict.ok ? [] : verdict.problems;
};

/** Every place of a JSON value that is not an object or array. */
function placesIn(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [[...path]];
  return Object.entries(value).flatMap(([name, member]) => placesIn(member, [...path, name]));
}

/** The same with another value of the same kind at one place. */
function changedAt(value: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined) return anotherThan(value);
  if (Array.isArray(value))
    return value.map((each, at) => (String(at) === name ? changedAt(each, rest) : each));
  return { ...Object(value), [name]: changedAt(Object(value)[name], rest) };
}

function anotherThan(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value !== 'string') return 'x';
  if (/^\d{4}-.*Z$/.test(value)) return value.replace(/.Z$/, (end) => (end === '7Z' ? '8Z' : '7Z'));
  // The last character of base64url may hold bits that mean nothing.
  const at = Math.floor(value.length / 2);
  const other = value[at] === '0' ? '1' : '0';
  return value.slice(0, at) + other + value.slice(at + 1);
}

describe('a proof', () => {
  it('is as it was when it was made, bit by bit', () => {
    expect(leafHash('a leaf').toString('hex')).toBe(
      '6bea1ff018250a3972bd56eb648b89bf5977abefa715ba37e811821605bc878c',
    );
    expect(sha256(golden.root)).toBe('784a82fe5ff1235b0b51c000642f9a18353fad215be8c42c3ad3401aa758cae7');
    expect(sha256(golden.signature)).toBe('63529002446598ecf94f45fd9806783bb57611fad0d7bdf0f9b9f86bfb7d2be1');
    expect(golden.inclusion.path).toEqual([
      '767c9ce76229e6242fd21576f24ed4f4f3714cd8b3f6105fbb3cc89b70cfd8ab',
      '6a6559bd7b70e19e9bce418a1990a18b8f1f71022caf463d4e92d021e240d177',
      '4f4ad1b80c2aa8bbccc66b9100375c16eb16deafaecf448e52c19c8b0144c379',
    ]);
  });

  it('convinces by the published keys alone, with the document or without', async () => {
    expect(await verifyProof(golden, keys)).toEqual({ ok: true, bundle: golden });
    expect(await problemsOf({ ...golden, document: null }, keys, document)).toEqual([]);
    expect(await problemsOf(JSON.parse(JSON.stringify(golden)))).toEqual([]);
  });

  it('does not with any of its fields changed, and names the part', async () => {
    for (const place of placesIn(golden)) {
      const problems = await problemsOf(changedAt(golden, place));
      expect(problems, place.join('/')).not.toEqual([]);
      const [part = ''] = place;
      const named = part === 'kind' ? 'bundle' : part;
      expect(problems.join('\n'), place.join('/')).toMatch(new RegExp(`(^|\\n)(${named}|bundle: /${part})`));
    }
  });

  it('does not with a part left out, or one more', async () => {
    for (const part of Object.keys(golden)) {
      const { [part]: _, ...rest }: Record<string, unknown> = { ...golden };
      expect((await problemsOf(rest)).join(), part).toContain('bundle');
    }
    expect((await problemsOf({ ...golden, more: 1 })).join()).toContain('bundle');
    expect((await problemsOf({ ...golden, acknowledgements: [] })).join()).toContain(
      'acknowledgements: it was changed',
    );
    expect(await problemsOf(null)).not.toEqual([]);
  });

  it('says so of another document', async () => {
    const problems = await problemsOf(golden, keys, Buffer.from('another'));
    expect(problems).toEqual(['document: its hash is not that of the receipt']);
  });

  it('says so of keys that did not sign it, and of a key that signs what is not its', async () => {
    expect(
      await problemsOf(golden, {
        keys: [{ kty: 'OKP', crv: 'Ed25519', x: privateJwk.x, kid: 'other', alg: 'EdDSA', use: 'sig' }],
      }),
    ).toEqual([
      'root: it is signed by none of the keys given',
      'signature: it is signed by none of the keys given',
    ]);
    expect(await problemsOf({ ...golden, signature: golden.root })).toEqual([
      'signature: it is a dabba-receipt-root, not a dabba-receipt-proof',
    ]);
  });

  it('is not made by signing anew what does not lead to the root', async () => {
    const forged = { ...golden, receipt: { ...golden.receipt, client: 'somebody' } };
    const signature = await sign({ kind, parts: partHashes(forged) }, 'dabba-receipt-proof', await signer());
    expect(await problemsOf({ ...forged, signature })).toEqual([
      'inclusion: the receipt does not lead to the root of its day by this path',
    ]);
  });

  it('is verified by keys of before, after another key took over', async () => {
    const next = {
      kty: 'OKP',
      crv: 'Ed25519',
      x: 'Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE',
      kid: 'n',
      alg: 'EdDSA',
      use: 'sig',
    };
    expect(await problemsOf(golden, { keys: [next, ...keys.keys] })).toEqual([]);
  });
});

describe('the chain of roots', () => {
  const rootOn = async (on: string, previous: string | null) =>
    sign(
      { day: on, size: 0, root: sha256(''), previous, signed_at: 0 },
      'dabba-receipt-root',
      await signer(),
    );

  it('is whole where each names the one before', async () => {
    const first = await rootOn(day, null);
    const second = await rootOn('2026-11-21', sha256(first));
    expect(await verifyChain([first, second], keys)).toEqual([]);
  });

  it('breaks where a day is missing, was made anew, or changed', async () => {
    const first = await rootOn(day, null);
    const anew = await rootOn(day, sha256('another'));
    const second = await rootOn('2026-11-21', sha256(first));
    const third = await rootOn('2026-11-22', sha256(second));
    expect(await verifyChain([first, third], keys)).toEqual([
      '2026-11-22 does not follow 2026-11-20',
      '2026-11-22 does not name the root of 2026-11-20',
    ]);
    expect(await verifyChain([anew, second], keys)).toEqual([
      '2026-11-21 does not name the root of 2026-11-20',
    ]);
    expect(await verifyChain([`${first.slice(0, -6)}AAAAAA`], keys)).toEqual([
      'Root 0 was changed after it was signed',
    ]);
  });
});
