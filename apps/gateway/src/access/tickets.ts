import { createHash, randomBytes } from 'node:crypto';
import { parseStored, versioned, type OneTimeValues } from '@tailgate/broker';
import type { ChannelSelector } from '@tailgate/protocol';
import { channelSelectorSchema } from '@tailgate/protocol/schemas';
import * as z from 'zod';
import { ProblemError } from '../http/problem-error.js';
import { Caller } from './caller.js';
import { rightsSchema } from './rights.js';

/** PROTOCOL: "`POST /api/tickets`". Long enough to dial, too short to be found in anybody's log. */
const TICKET_MS = 30_000;

const TICKET = /^[A-Za-z0-9_-]{43}$/;

const grantSchema = z.object({
  who: z.string(),
  rights: rightsSchema,
  expiresAt: z.number().nullable(),
  within: z.array(channelSelectorSchema),
});

export interface Ticket {
  readonly ticket: string;
  /** Until when it can be redeemed: milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

/** Stand-ins for a caller's proof that may be in a URL: each opens one stream, soon, on whichever replica. */
export class Tickets {
  constructor(
    private readonly values: OneTimeValues,
    private readonly now: () => number = Date.now,
  ) {}

  /** For reading `channels` as far as the caller may. Rejects as `OneTimeValues` does. */
  async issue(caller: Caller, channels: readonly ChannelSelector[]): Promise<Ticket> {
    const now = this.now();
    const ttl = Math.min(TICKET_MS, (caller.expiresAt ?? Infinity) - now);
    if (ttl < 1) throw new ProblemError('unauthorized', 'The token has expired.');
    const ticket = randomBytes(32).toString('base64url');
    await this.values.putOnce(
      keyOf(ticket),
      JSON.stringify(versioned(caller.narrowedTo(channels).facts)),
      Math.ceil(ttl),
    );
    return { ticket, expiresAt: Math.floor(now + ttl) };
  }

  /** The caller whom it stands for, once. Rejects with `unauthorized` where it stands for nobody (any more). */
  async redeem(ticket: string): Promise<Caller> {
    const grant = TICKET.test(ticket) ? await this.values.takeOnce(keyOf(ticket)) : undefined;
    const caller = grant === undefined ? undefined : new Caller(grantSchema.parse(parseStored(grant)));
    if (caller && (caller.expiresAt ?? Infinity) > this.now()) return caller;
    throw new ProblemError('unauthorized', 'The ticket is not known: it is too old, was used, or never was one.');
  }
}

/** What is stored does not open anything: whoever reads the store can't use a ticket before its owner does. */
function keyOf(ticket: string): string {
  return `ticket:${createHash('sha256').update(ticket).digest('hex')}`;
}
