import { type LookupAddress, type LookupAllOptions, type LookupOptions, lookup } from 'node:dns';
import { BlockList, isIP } from 'node:net';

/** `public`: https to addresses of the internet only. `any`: for development, where receivers are on this machine. */
export type Network = 'public' | 'any';

/** IANA's special-purpose registries: not globally reachable, or leading to an IPv4 address that may not be. */
const inside = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  inside.addSubnet(net, bits, 'ipv4');
/** Global unicast is 2000::/3; the rest, and of it these, is not the internet's, or wraps an address of IPv4. */
for (const [net, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  inside.addSubnet(net, bits, 'ipv6');
const global = new BlockList();
global.addSubnet('2000::', 3, 'ipv6');

export function isPublic(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !inside.check(address, 'ipv4');
  return family === 6 && global.check(address, 'ipv6') && !inside.check(address, 'ipv6');
}

/** Why nothing is sent to this URL, whatever its name resolves to; undefined where something may be. */
export function refusedUrl(text: string, network: Network): string | undefined {
  if (!URL.canParse(text)) return 'Not a URL';
  const { protocol, hostname, username, password } = new URL(text);
  if (protocol !== 'https:' && (network === 'public' || protocol !== 'http:')) return 'Only https is used';
  if (username !== '' || password !== '') return 'A URL with a user or password in it';
  if (network === 'any') return undefined;
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(address) !== 0 && !isPublic(address)) return 'Not an address of the internet';
  if (/(^|\.)(localhost|local|internal)\.?$/i.test(address)) return 'Not a name of the internet';
  return undefined;
}

/** As `dns.lookup` resolves a name to all of its addresses. */
export type Resolve = (
  name: string,
  options: LookupAllOptions,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

type Found = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void;

/**
 * Resolves names for a connection and lets it see public addresses only: what a name meant when it was checked may be another
 * address by the time it is connected to, so it is looked at here.
 */
export function lookupIn(network: Network, resolve: Resolve = lookup) {
  return (name: string, options: LookupOptions, done: Found): void => {
    resolve(name, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, []);
      const open = addresses.filter(({ address }) => network === 'any' || isPublic(address));
      const [first] = open;
      if (!first) return done(new Error(`${name} has no address of the internet`), []);
      if (options.all) return done(null, open);
      return done(null, first.address, first.family);
    });
  };
}
