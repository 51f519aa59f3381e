import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP } from 'node:net';
import { buildConnector } from 'undici';
import { mayBeSentTo, type AddressRange } from './address-rule.js';

/** The answer of a name's resolution, as `dns.lookup` with `all` gives it. */
export type Resolve = (
  name: string,
  options: LookupOptions & { all: true },
  answer: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

/** An address that nothing may be sent to. */
export class RefusedAddress extends Error {
  override readonly name = 'RefusedAddress';

  constructor(host: string, address: string) {
    super(
      host === address
        ? `${address} is no public address: WEBHOOK_ALLOW names others that may be sent to`
        : `${host} is at ${address}, which is no public address: WEBHOOK_ALLOW names others that may be sent to`,
    );
  }
}

/** How long a connection may take: milliseconds. */
const CONNECT_MS = 5_000;

/**
 * Connects to public addresses, and to those that are allowed. The very addresses that a name has at this moment are looked at, and one
 * of them is connected to: a name that answers otherwise the next time is looked at anew then.
 */
export function guardedConnector(
  allowed: readonly AddressRange[],
  resolve: Resolve = systemLookup,
): buildConnector.connector {
  const refused = (address: string) => !mayBeSentTo(address, allowed);
  const connect = buildConnector({
    timeout: CONNECT_MS,
    lookup(name, options, answer) {
      resolve(name, { ...options, all: true }, (error, addresses) => {
        if (error) {
          answer(error, '');
          return;
        }
        const [first] = addresses;
        const bad = addresses.find(({ address }) => refused(address));
        if (bad) answer(new RefusedAddress(name, bad.address), '');
        else if (!first) answer(new Error(`${name} has no address`), '');
        else if (options.all === true) answer(null, addresses);
        else answer(null, first.address, first.family);
      });
    },
  });
  return (options, callback) => {
    // Where the host is an address there is nothing to be resolved.
    const host = options.hostname.replace(/^\[(.*)\]$/, '$1');
    if (isIP(host) > 0 && refused(host)) {
      callback(new RefusedAddress(host, host), null);
      return;
    }
    connect(options, (...answer) => {
      const [error, socket] = answer;
      const remote = socket?.remoteAddress;
      if (error !== null || (remote !== undefined && !refused(remote))) {
        callback(...answer);
      } else {
        socket.destroy();
        callback(new RefusedAddress(host, remote ?? 'nowhere'), null);
      }
    });
  };
}
