import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { all, compile } from '@fastify/proxy-addr';
import ipaddr from 'ipaddr.js';

type Request = Pick<IncomingMessage, 'headers' | 'socket'>;

/** Whose `X-Forwarded-*` headers count: only those of the proxies that the configuration names. Anybody can send them. */
export class TrustedProxies {
  readonly #isTrusted: (address: string, hop: number) => boolean;

  /** `ranges`: addresses, address ranges such as 10.0.0.0/8, or `loopback`, `linklocal`, `uniquelocal`. */
  constructor(ranges: readonly string[]) {
    const trusts = ranges.length === 0 ? undefined : compile([...ranges]);
    this.#isTrusted = (address, hop) => trusts !== undefined && isAddress(address) && trusts(address, hop);
  }

  /** Whether the connection itself is one of a trusted proxy. */
  trusts({ socket }: Pick<Request, 'socket'>): boolean {
    return this.#isTrusted(socket.remoteAddress ?? '', 0);
  }

  /** Of the client: the nearest address that is no trusted proxy's. */
  addressOf(request: IncomingMessage): string {
    const own = request.socket.remoteAddress ?? '';
    const claimed = this.trusts(request) ? (all(request, this.#isTrusted).at(-1) ?? own) : own;
    return isAddress(claimed) ? claimed : own;
  }

  /** As the client sees it; `undefined` where nobody who is trusted has said so. */
  schemeOf(request: Request): 'http' | 'https' | undefined {
    const scheme = this.#forwarded(request, 'x-forwarded-proto');
    return scheme === 'http' || scheme === 'https' ? scheme : undefined;
  }

  /** Host and port as the client asked for them. */
  authorityOf(request: Request): string | undefined {
    return this.#forwarded(request, 'x-forwarded-host') ?? request.headers.host;
  }

  /** What the nearest proxy has said: each one appends, and only that one is known to be trusted. */
  #forwarded(request: Request, header: string): string | undefined {
    if (!this.trusts(request)) return undefined;
    const value = request.headers[header];
    const said = (Array.isArray(value) ? value.join(',') : value)?.split(',').at(-1)?.trim().toLowerCase();
    return said === '' ? undefined : said;
  }
}

/**
 * What limits count as one client: an IPv4 address, or the /64 of an IPv6 one, since a /64 is what one household or machine is given
 * (RFC 6177), with more addresses than could be counted. An IPv4 address in IPv6 clothes is the IPv4 address.
 */
export function countedAddress(address: string): string {
  if (!isAddress(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  if (!(parsed instanceof ipaddr.IPv6)) return parsed.toString();
  return `${parsed.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}

/** As proxies write them: the library also takes what inet_aton does, such as `2`, `10.1` and `0x0a.1`. */
function isAddress(text: string): boolean {
  return isIP(text) > 0 && ipaddr.isValid(text);
}
