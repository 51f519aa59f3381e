import {
  formatPosition,
  isPattern,
  parseChannel,
  parsePosition,
  position,
  type ChannelName,
  type ChannelSelector,
  type Position,
  type PositionText,
  type Records,
  type ServerFrame,
} from '@tailgate/protocol';
import type { Entry } from './entry.js';
import { Ledger, type Verdict } from './ledger.js';
import type { SubscribeOptions } from './options.js';
import type { Counters } from './statistics.js';
import type { Beginning } from './transport/transport.js';

/** The ledgers of all channels of a subscription. */
export class Ledgers {
  readonly #selectors: readonly ChannelSelector[];
  readonly #options: SubscribeOptions;
  readonly #counters: Counters;
  readonly #deliver: (entry: Entry) => void;
  readonly #ledgers = new Map<ChannelName, Ledger>();

  constructor(
    selectors: readonly ChannelSelector[],
    options: SubscribeOptions,
    counters: Counters,
    deliver: (entry: Entry) => void,
  ) {
    this.#selectors = selectors;
    this.#options = options;
    this.#counters = counters;
    this.#deliver = deliver;
    const { after } = options;
    if (after !== undefined) for (const [channel, at] of positionsIn(selectors, after)) this.#open(channel, at);
  }

  /** Each channel's last position. */
  get cursors(): Readonly<Record<ChannelName, PositionText>> {
    const known: Record<ChannelName, PositionText> = {};
    for (const [channel, { cursor }] of this.#ledgers) if (cursor) known[channel] = formatPosition(cursor);
    return known;
  }

  /** Enters what a frame says of a channel. */
  hear(frame: ServerFrame): Verdict {
    switch (frame.type) {
      case 'subscribed':
        this.#of(frame.channel).begin(frame.cursor, frame.first);
        return 'go on';
      case 'records':
        return this.#records(this.#of(frame.channel), frame);
      case 'position': {
        const at = parsePosition(frame.position);
        return at ? this.#of(frame.channel).passed(at) : 'go on';
      }
      case 'epoch':
        return this.#of(frame.channel).epoch(frame);
      case 'gap':
        return this.#of(frame.channel).gap(frame);
      default:
        return 'go on';
    }
  }

  /** Where each selector begins on the next connection. */
  beginnings(): readonly Beginning[] {
    const { since, tail } = this.#options;
    const anew = { ...(since !== undefined && { since }), ...(tail !== undefined && { tail }) };
    const { cursors } = this;
    return this.#selectors.map((selector) => {
      if (isPattern(selector)) {
        const matching = matcher(selector);
        const known = Object.entries(cursors).filter(([channel]) => matching.test(channel));
        return known.length > 0 ? { cursors: Object.fromEntries(known) } : anew;
      }
      const after = cursors[selector];
      return after === undefined ? anew : { after };
    });
  }

  #records(ledger: Ledger, { first, ids, records }: Records): Verdict {
    const start = parsePosition(first);
    for (const [index, record] of records.entries()) {
      const id = ids?.[index];
      const at = id === undefined ? start && position(start.epoch, start.seq + index) : parsePosition(id);
      if (at && ledger.record(record, at) === 'missing') return 'missing';
    }
    return 'go on';
  }

  #of(channel: ChannelName): Ledger {
    return this.#ledgers.get(channel) ?? this.#open(channel);
  }

  #open(channel: ChannelName, cursor?: Position): Ledger {
    const isSparse = this.#options.grep !== undefined;
    const ledger = new Ledger(channel, cursor, isSparse, this.#counters, this.#deliver);
    this.#ledgers.set(channel, ledger);
    return ledger;
  }
}

/** What `after` says of each channel. Throws a TypeError where it says nothing that is a position. */
function positionsIn(
  selectors: readonly ChannelSelector[],
  after: Exclude<SubscribeOptions['after'], undefined>,
): (readonly [ChannelName, Position])[] {
  const isOne = typeof after === 'string';
  const named = selectors.filter((selector) => !isPattern(selector));
  const unlisted = named.map((channel) => [channel, isOne ? after : '0-0'] as const);
  return [...unlisted, ...(isOne ? [] : Object.entries(after))].map(([name, text]) => {
    const channel = parseChannel(name);
    const at = parsePosition(text);
    if (!channel || !at) throw new TypeError(`not a position: ${name} ${text}`);
    return [channel, at];
  });
}

function matcher(pattern: string): RegExp {
  // Of what a pattern may have, only these mean something else to a regular expression.
  return new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`);
}
