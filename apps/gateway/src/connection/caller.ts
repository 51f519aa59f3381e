import type { IncomingMessage } from 'node:http';
import type { ChannelName } from '@tailgate/protocol';
import type { FastifyRequest } from 'fastify';
import type { HostRule } from '../http/host-rule.js';
import { ProblemError } from '../http/problem-error.js';

/** Who has opened a connection: everything that opens a channel for it asks here first. */
export interface Caller {
  mayRead(channel: ChannelName): boolean;

  /** When its connections end: milliseconds since the Unix epoch; `undefined`: never. */
  readonly expiresAt: number | undefined;
}

/** Tells who is calling. What is refused is a `ProblemError`. */
export interface Callers {
  /** Who has sent a request that was let in. */
  of(request: FastifyRequest): Caller;

  /** Who asks for a WebSocket, which nobody has let in before. */
  ofSocket(request: IncomingMessage): Promise<Caller>;

  /** What limits count as the address that a request came from. */
  addressOf(request: IncomingMessage): string;

  /** Who the holder of a token is. */
  withToken(token: string): Promise<Caller>;
}

/** Injects the `Callers`. */
export const CALLERS = Symbol('Callers');

const ANYBODY: Caller = { mayRead: () => true, expiresAt: undefined };

/** Nobody has to prove who they are: everybody who asks under one of our names may read everything. */
export class OpenCallers implements Callers {
  constructor(private readonly hosts: HostRule) {}

  of(): Caller {
    return ANYBODY;
  }

  ofSocket(request: IncomingMessage): Promise<Caller> {
    return new Promise((resolve) => {
      this.hosts.check(request);
      checkSameOrigin(request);
      resolve(ANYBODY);
    });
  }

  addressOf({ socket }: IncomingMessage): string {
    return socket.remoteAddress ?? '';
  }

  withToken(): Promise<Caller> {
    return Promise.resolve(ANYBODY);
  }
}

/** Throws `forbidden`, whether there is such a channel or not. */
export function checkMayRead(caller: Caller, channel: ChannelName): void {
  if (!caller.mayRead(channel)) throw new ProblemError('forbidden', `The channel ${channel} may not be read.`);
}

/**
 * A browser lets any page open a WebSocket anywhere, and read what comes: only ours may. Throws `forbidden`. A client that is no
 * browser sends no `Origin`.
 */
function checkSameOrigin({ headers: { origin, host } }: IncomingMessage): void {
  if (origin === undefined || URL.parse(origin)?.host === host?.toLowerCase()) return;
  throw new ProblemError('forbidden', 'Pages of another origin may not connect.');
}
