import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * Whether `host` (lower case, no port, no brackets) can only mean this machine: 127.0.0.0/8, ::1, `localhost` and names below it
 * (RFC 6761, section 6.3).
 */
export function isLoopback(host: string): boolean {
  const version = isIP(host);
  if (version > 0) return loopback.check(host, version === 4 ? 'ipv4' : 'ipv6');
  return host === 'localhost' || host.endsWith('.localhost');
}
