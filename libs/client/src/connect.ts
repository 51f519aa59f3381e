import { parseSelector, type ChannelSelector } from '@tailgate/protocol';
import type { ConnectOptions, SubscribeOptions } from './options.js';
import { Subscription } from './subscription.js';

/** A gateway, as a client sees it. It costs nothing until something is subscribed to. */
export interface Connection {
  /**
   * Follows one channel, several (at most 16 over Server-Sent Events), or all that match a pattern such as `deployment/*`, on one
   * connection. Throws a TypeError for what is no channel or position.
   */
  subscribe(channels: string | readonly string[], options?: SubscribeOptions): Subscription;
}

/** `url`: the gateway's address, with the path that it is served under. Throws a TypeError for what is no URL. */
export function connect(url: string | URL, options: ConnectOptions = {}): Connection {
  const base = new URL(url);
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  return {
    subscribe: (channels, what = {}) =>
      new Subscription(base, [...new Set([channels].flat().map(selectorOf))], options, what),
  };
}

function selectorOf(text: string): ChannelSelector {
  const selector = parseSelector(text);
  if (selector === undefined) throw new TypeError(`not a channel: ${text}`);
  return selector;
}
