import { describe, expect, it } from 'vitest';
import { chooseKey, outlivedKeys } from './choose.ts';

const old = { createdAt: 0 };
const young = { createdAt: 1_000_000 };

describe('the signing key', () => {
  it('is the only one, however young, at first start', () => {
    expect(chooseKey([young], 1_000_000)).toBe(young);
    expect(chooseKey([], 0)).toBeUndefined();
  });

  it('stays the old one until every verifier can have seen the new one', () => {
    expect(chooseKey([young, old], 1_059_999)).toBe(old);
    expect(chooseKey([young, old], 1_060_000)).toBe(young);
  });

  it('is retired when the last token signed with it has expired', () => {
    expect(outlivedKeys([young, old], 1_359_999, 300)).toEqual([]);
    expect(outlivedKeys([young, old], 1_360_000, 300)).toEqual([old]);
    expect(outlivedKeys([old], 9_999_999, 300)).toEqual([]);
  });
});
