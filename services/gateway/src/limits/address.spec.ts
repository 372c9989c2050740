import { describe, expect, it } from 'vitest';
import { clientAddress, isIn, networks } from './address.ts';

const balancers = networks(['10.0.0.0/8', '::1']);

describe('the address of a client', () => {
  it('is its own, whatever it claims, when it comes straight to us', () => {
    expect(clientAddress('203.0.113.9', '1.2.3.4', balancers)).toBe('203.0.113.9');
    expect(clientAddress('203.0.113.9', '1.2.3.4', networks([]))).toBe('203.0.113.9');
  });

  it('is the last one in front of our own proxies', () => {
    expect(clientAddress('10.0.0.1', '1.2.3.4, 203.0.113.9, 10.9.9.9', balancers)).toBe('203.0.113.9');
    expect(clientAddress('::ffff:10.0.0.1', '203.0.113.9', balancers)).toBe('203.0.113.9');
    expect(clientAddress('10.0.0.1', undefined, balancers)).toBe('10.0.0.1');
  });

  it('is the peer’s when what is claimed is no address', () => {
    expect(clientAddress('10.0.0.1', "1.2.3.4, ' or 1=1", balancers)).toBe('10.0.0.1');
  });

  it('knows networks from nonsense', () => {
    expect(isIn(balancers, '::ffff:10.1.2.3')).toBe(true);
    expect(isIn(balancers, '11.1.2.3')).toBe(false);
    expect(() => networks(['everywhere'])).toThrow(/everywhere/);
  });
});
