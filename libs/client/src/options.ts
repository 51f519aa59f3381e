import type { PositionText } from '@tailgate/protocol';
import type { BackOffOptions } from './back-off.js';
import type { TransportName } from './connection-state.js';
import type { Filter } from './transport/transport.js';
import type { WebSocketClass } from './transport/websocket.js';

/** How a gateway is reached. */
export interface ConnectOptions {
  /**
   * `auto` (the default): a WebSocket where there is such a thing and it comes through, else Server-Sent Events. Patterns of channels
   * need a WebSocket.
   */
  readonly transport?: TransportName | 'auto';
  /**
   * A token, or how to get one, asked before each dial. Over WebSocket it is exchanged for a ticket each time, so that no URL has it.
   * An empty one: the cookie of the browser's session at the same origin.
   */
  readonly token?: string | (() => string | Promise<string>);
  readonly backOff?: BackOffOptions;
  /** A connection on which nothing was heard for this long is given up: milliseconds, default 40,000; the server says something every 15 s. */
  readonly silenceMs?: number;
  /** In place of the global one: for headers, proxies, tests. */
  readonly fetch?: typeof globalThis.fetch;
  /** In place of the global one, which Node 20 does not have. */
  readonly WebSocket?: WebSocketClass;
  /** Closes every subscription. */
  readonly signal?: AbortSignal;
}

/** What is followed, and from where. `after` wins over `since`, and `since` over `tail`. */
export interface SubscribeOptions extends Filter {
  /** Go on behind this position; of several channels, or a pattern: by channel, those not listed from their first record. */
  readonly after?: PositionText | Readonly<Record<string, PositionText>>;
  /** RFC 3339, or an age such as `15m`. */
  readonly since?: string;
  /** How many records of history come first; the server's default is 50. */
  readonly tail?: number;
  /** Closes the subscription. */
  readonly signal?: AbortSignal;
}
