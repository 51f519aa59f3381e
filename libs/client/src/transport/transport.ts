import type { ChannelSelector, ServerFrame } from '@tailgate/protocol';
import type { Ending } from '../client-error.js';
import type { Gate } from '../gate.js';
import type { Watchdog } from '../watchdog.js';

/** What is asked for on one connection. */
export interface Dialled {
  /** The gateway's address, with a slash at the end. */
  readonly base: URL;
  readonly selectors: readonly ChannelSelector[];
  /** Where each selector begins, in the same order. */
  readonly beginnings: readonly Beginning[];
  readonly filter: Filter;
  /** In the query of the dial. */
  readonly ticket?: string;
  /** For transports that can send headers. */
  readonly token?: string;
  /** To be told of every sign of life, and to be stopped while none is to be expected. */
  readonly watchdog: Watchdog;
  readonly gate: Gate;
  /** Ends the connection. */
  readonly signal: AbortSignal;
}

/** Where a channel begins, or all that match a pattern. `after` wins over `since`, and `since` over `tail`. */
export interface Beginning {
  readonly after?: string;
  readonly since?: string;
  readonly tail?: number;
  /** Of a pattern: each known channel's position. */
  readonly cursors?: Readonly<Record<string, string>>;
}

export interface Filter {
  /** An RE2 expression. */
  readonly grep?: string;
  /** `i`: letters match in either case. */
  readonly grepFlags?: 'i';
  /** What `grep` does not match. */
  readonly invert?: boolean;
}

/** Takes what the server says, in order. */
export type Hear = (frame: ServerFrame) => void;

/**
 * One connection from its dial to its end: hands what the server says to `hear`, and settles with why it ended. It never rejects.
 * Whatever the wire looks like, what is heard are the frames of `tailgate.v1`.
 */
export type Transport = (dialled: Dialled, hear: Hear) => Promise<Ending>;
