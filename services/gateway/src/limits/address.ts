import { BlockList, isIP } from 'node:net';
import type { Headers } from '../proxy/headers.ts';

/** What tells where a request came from. */
export interface Arrival {
  headers: Headers;
  socket: { readonly remoteAddress?: string | undefined };
}

/** Networks as a list to look addresses up in: `10.0.0.0/8`, `::1`. @throws for what is not one */
export function networks(list: readonly string[]): BlockList {
  const found = new BlockList();
  for (const item of list) {
    const [address = '', bits] = item.trim().split('/');
    const family = familyOf(address);
    if (family === undefined) throw new Error(`Not an address or a network: ${item}`);
    found.addSubnet(address, bits === undefined ? (family === 'ipv4' ? 32 : 128) : Number(bits), family);
  }
  return found;
}

/** Where a request really came from: the last address in front of the proxies we know (TRUSTED_PROXIES). */
export function clientAddress(peer: string, forwardedFor: string | undefined, trusted: BlockList): string {
  const path = [...(forwardedFor?.split(',').map((one) => one.trim()) ?? []), plain(peer)];
  for (const address of path.toReversed()) {
    const family = familyOf(address);
    if (family === undefined) return plain(peer);
    if (!trusted.check(address, family)) return address;
  }
  return path[0] ?? plain(peer);
}

/** {@link clientAddress} of a request. */
export function addressOf({ headers, socket }: Arrival, trusted: BlockList): string {
  const forwardedFor = [headers['x-forwarded-for'] ?? []].flat();
  return clientAddress(
    socket.remoteAddress ?? '',
    forwardedFor.length > 0 ? forwardedFor.join(',') : undefined,
    trusted,
  );
}

/** An IPv4 address as such, when it came through an IPv6 socket. */
function plain(address: string): string {
  return address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
}

export function isIn(list: BlockList, address: string): boolean {
  const family = familyOf(plain(address));
  return family !== undefined && list.check(plain(address), family);
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address);
  if (version === 0) return undefined;
  return version === 4 ? 'ipv4' : 'ipv6';
}
