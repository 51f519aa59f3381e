import type { IncomingMessage } from 'node:http';
import type { ChannelName } from '@tailgate/protocol';
import type { FastifyRequest } from 'fastify';
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

/** Throws `forbidden`, whether there is such a channel or not. */
export function checkMayRead(caller: Caller, channel: ChannelName): void {
  if (!caller.mayRead(channel)) throw new ProblemError('forbidden', `The channel ${channel} may not be read.`);
}
