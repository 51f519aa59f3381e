import { BlockList, isIP } from 'node:net';
import type { IncomingMessage } from 'node:http';
import { isLoopback } from '@tailgate/runtime';
import { ProblemError } from './problem-error.js';

/**
 * Which `Host` may ask. It matters most while nobody has to prove who they are. A foreign page can make its own name resolve to 127.0.0.1 and then
 * read what a loopback server answers (DNS rebinding); it can't make the browser send another name.
 */
export class HostRule {
  readonly #isAny: boolean;
  readonly #names: ReadonlySet<string>;
  readonly #addresses = new BlockList();

  /** `hosts`: names and addresses beside the loopback ones, in lower case, without port and brackets; or any at all. */
  constructor(hosts: readonly string[] | 'any') {
    const allowed = hosts === 'any' ? [] : hosts;
    this.#isAny = hosts === 'any';
    this.#names = new Set(allowed.map((host) => host.replace(/\.$/, '')));
    for (const host of allowed) {
      if (isIP(host) > 0) this.#addresses.addAddress(host, isIP(host) === 4 ? 'ipv4' : 'ipv6');
    }
  }

  /** Throws the problem to answer with: 400 without exactly one `Host` (RFC 9112, section 3.2), 421 for a foreign one. */
  check({ rawHeaders, url = '' }: Pick<IncomingMessage, 'rawHeaders' | 'url'>): void {
    const hosts = rawHeaders.filter((_, i, all) => i % 2 === 1 && all[i - 1]?.toLowerCase() === 'host');
    const [host] = hosts;
    if (host === undefined || hosts.length > 1)
      throw new ProblemError('bad_request', 'A request needs exactly one Host header.');
    const target = authorityOf(url);
    for (const authority of target === undefined ? [host] : [host, target]) {
      if (!this.allows(authority)) throw new ProblemError('misdirected_request', this.#refusal(authority));
    }
  }

  /** `authority`: a host with or without a port, as in a `Host` header. */
  allows(authority: string): boolean {
    const host = hostOf(authority);
    if (host === undefined) return false;
    if (this.#isAny || isLoopback(host) || this.#names.has(host)) return true;
    return isIP(host) > 0 && this.#addresses.check(host, isIP(host) === 4 ? 'ipv4' : 'ipv6');
  }

  #refusal(authority: string): string {
    const asked = JSON.stringify(authority.slice(0, 100));
    const host = hostOf(authority);
    if (host === undefined) return `${asked} is no host, with or without a port.`;
    const allowed = this.#names.size === 0 ? '' : ' and the names in ALLOWED_HOSTS';
    return `This server answers to localhost, loopback addresses${allowed} only, not to ${asked}. If that is a name of yours, add it: ALLOWED_HOSTS=${host}.`;
  }
}

const AUTHORITY = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{0,5})?$/;

/** Lower case, without port, brackets and the dot at the end of an absolute name; `undefined` for anything odd, such as userinfo. */
function hostOf(authority: string): string | undefined {
  const [, address, name] = AUTHORITY.exec(authority.toLowerCase()) ?? [];
  if (address !== undefined) return isIP(address) === 6 ? address : undefined;
  return name?.replace(/\.$/, '');
}

/** The host of a target in absolute form (`GET http://host/path`), which counts more than the header; `undefined` for the usual path. */
function authorityOf(url: string): string | undefined {
  return url.startsWith('/') || url === '*' ? undefined : (/^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(url)?.[1] ?? url);
}
