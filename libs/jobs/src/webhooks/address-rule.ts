import ipaddr from 'ipaddr.js';

/** A range of addresses, as `10.0.0.0/8`. */
export type AddressRange = ReturnType<typeof ipaddr.parseCIDR>;

/** `text` (an address, or one with `/` and a number of bits) as a range; `undefined` where it is none. */
export function parseAddressRange(text: string): AddressRange | undefined {
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text);
  if (!ipaddr.isValid(text)) return undefined;
  const address = ipaddr.parse(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/**
 * Whether something may be sent to the address: one that the whole Internet knows, or one of those that are allowed. What is none of
 * the former is said by IANA's registries of special-purpose addresses (RFC 6890): this host, private networks, link-local ones with the
 * metadata servers of clouds, those of carriers, translations, documentation, multicast. An IPv4 address within an IPv6 one
 * (`::ffff:127.0.0.1`) is taken for what it is.
 */
export function mayBeSentTo(address: string, allowed: readonly AddressRange[]): boolean {
  if (!ipaddr.isValid(address)) return false;
  const plain = ipaddr.process(address);
  const isAllowed = allowed.some((range) => plain.kind() === range[0].kind() && plain.match(range));
  return isAllowed || plain.range() === 'unicast';
}
