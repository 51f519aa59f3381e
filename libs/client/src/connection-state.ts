import type { ClientError } from './client-error.js';

/**
 * `idle`: nobody has asked for entries yet. `connecting`: a dial is under way. `open`: history is on its way. `live`: every channel has
 * reached its head as of connecting. `disconnected`: the next dial is at `retryAt`, by this machine's clock in milliseconds since the
 * Unix epoch. `closed`: for good; `error` where that was not asked for.
 */
export type ConnectionState =
  | { readonly phase: 'idle' }
  | { readonly phase: 'connecting'; readonly transport: TransportName }
  | { readonly phase: 'open' | 'live'; readonly transport: TransportName; readonly replica: string }
  | { readonly phase: 'disconnected'; readonly error: ClientError; readonly retryAt: number }
  | { readonly phase: 'closed'; readonly error?: ClientError };

export type TransportName = 'sse' | 'websocket';
