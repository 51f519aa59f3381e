import type { IncomingMessage } from 'node:http';
import type { HostRule } from '../http/host-rule.js';
import type { OriginRule } from '../http/origin-rule.js';
import { ProblemError } from '../http/problem-error.js';
import { problemOf } from '../http/problem-of.js';
import { countedAddress, type TrustedProxies } from '../http/trusted-proxies.js';
import type { Refusals } from '../limits/refusals.js';
import type { RequestRate } from '../limits/request-rate.js';
import type { Caller } from './caller.js';
import type { AccessMode } from './mode.js';
import type { RouteAccess } from './route-access.js';
import type { Tickets } from './tickets.js';

export interface AdmissionRules {
  readonly hosts: HostRule;
  readonly origins: OriginRule;
  readonly proxies: TrustedProxies;
  readonly mode: AccessMode;
  readonly tickets: Tickets;
  readonly rate: RequestRate;
  readonly refusals: Refusals;
}

/**
 * Who gets in: the one place that every request passes, over whichever protocol, before anything of it is read but its headers.
 * What is not admitted is a `ProblemError`.
 */
export class Admission {
  constructor(private readonly rules: AdmissionRules) {}

  /** Whether a browser may have been made to send this by somebody else's page: 400, 403 or 421. */
  checkPage(request: IncomingMessage, access?: RouteAccess): void {
    const { hosts, origins } = this.rules;
    if (access !== 'probe') hosts.check(request);
    origins.check(request);
  }

  /** Who sends the request, and whether not too often: 401, 429 or 503; `undefined` where a route asks nobody. */
  async admit(request: IncomingMessage, access: 'stream'): Promise<Caller>;
  async admit(request: IncomingMessage, access?: RouteAccess): Promise<Caller | undefined>;
  async admit(request: IncomingMessage, access?: RouteAccess): Promise<Caller | undefined> {
    if (access === 'probe') return undefined;
    const address = this.addressOf(request);
    if (access === 'open') {
      this.#count(address);
      return undefined;
    }
    const caller = await this.#identify(request, access, address);
    if (access !== 'stream') this.#count(this.rules.mode.name === 'none' ? address : caller.who);
    return caller;
  }

  /** What limits count as the client's address. */
  addressOf(request: IncomingMessage): string {
    return countedAddress(this.rules.proxies.addressOf(request));
  }

  /** Who can't prove it counts as the address, so that nobody guesses for ever. */
  async #identify(request: IncomingMessage, access: RouteAccess | undefined, address: string): Promise<Caller> {
    const { mode, tickets } = this.rules;
    const ticket = access === 'stream' ? ticketOf(request) : undefined;
    try {
      return await (ticket === undefined ? mode.identify(request) : tickets.redeem(ticket));
    } catch (error) {
      // That nobody can be known now is not the viewer's fault: told of too many requests, its browser would never come again.
      if (access !== 'stream' || problemOf(error)?.problem.code !== 'unavailable') this.#count(address);
      throw error;
    }
  }

  #count(key: string): void {
    const { rate, refusals } = this.rules;
    const taken = rate.take(key);
    if (taken.isAllowed) return;
    refusals.count('requests');
    throw new ProblemError('too_many_requests', `Try again in ${taken.retryAfter} s.`, {
      'retry-after': String(taken.retryAfter),
    });
  }
}

function ticketOf({ url = '' }: IncomingMessage): string | undefined {
  return URL.parse(url, 'http://stream')?.searchParams.get('ticket') ?? undefined;
}
