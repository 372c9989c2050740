import { expect, it } from 'vitest';
import { isPublic, lookupIn, type Resolve, refusedUrl } from './address.ts';

it.each([
  '127.0.0.1',
  '10.1.2.3',
  '172.31.0.1',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '0.0.0.0',
  '224.0.0.1',
  '255.255.255.255',
  '::1',
  '::',
  'fe80::1',
  'fd00::1',
  '::ffff:127.0.0.1',
  '::ffff:8.8.8.8',
  '64:ff9b::a9fe:a9fe',
  '2002:7f00:1::',
  '2001:db8::1',
  'no address',
])('%s is not of the internet', (address) => expect(isPublic(address)).toBe(false));

it.each(['8.8.8.8', '172.32.0.1', '2606:4700::1111', '2a00:1450::1'])('%s is of the internet', (address) =>
  expect(isPublic(address)).toBe(true),
);

it.each([
  ['http://example.com/hook', 'https'],
  ['ftp://example.com/', 'https'],
  ['https://me:secret@example.com/', 'password'],
  ['https://127.0.0.1/', 'internet'],
  ['https://2130706433/', 'internet'],
  ['https://[::1]:8443/', 'internet'],
  ['https://localhost/', 'internet'],
  ['https://db.internal/', 'internet'],
  ['not a url', 'URL'],
])('%s is refused', (url, why) => expect(refusedUrl(url, 'public')).toContain(why));

it('what is refused is set apart for development', () => {
  expect(refusedUrl('https://example.com/hook?token=1', 'public')).toBeUndefined();
  expect(refusedUrl('http://127.0.0.1:4000/', 'any')).toBeUndefined();
  expect(refusedUrl('ftp://127.0.0.1/', 'any')).toBeDefined();
});

/** A resolver that finds these. */
function resolverOf(...addresses: string[]): Resolve {
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return (_name, _options, done) => done(null, found);
}

const ask = (addresses: string[], network: 'public' | 'any') =>
  new Promise((resolve) =>
    lookupIn(network, resolverOf(...addresses))('a.example', { all: true }, (error, found) =>
      resolve(error?.message ?? found),
    ),
  );

it('a name that leads inside is not connected to, nor are those of its addresses that do', async () => {
  expect(await ask(['10.0.0.5'], 'public')).toBe('a.example has no address of the internet');
  expect(await ask(['10.0.0.5', '8.8.8.8'], 'public')).toEqual([{ address: '8.8.8.8', family: 4 }]);
  expect(await ask(['10.0.0.5'], 'any')).toEqual([{ address: '10.0.0.5', family: 4 }]);
});
