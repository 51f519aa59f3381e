import { parseChannel, type ChannelName } from '@tailgate/protocol';
import { BrokerError } from '../broker-error.js';
import type { ChannelQuery } from '../log-broker.js';
import { AgeOrder, type Aged } from './age-order.js';
import type { MemoryChannel } from './memory-channel.js';

interface Touch {
  readonly channel: MemoryChannel;
  /** Grows with each touch of any channel. */
  readonly turn: number;
}

export interface IndexPage {
  readonly channels: readonly MemoryChannel[];
  readonly next?: string;
}

/** The known channels: by name, in the order of their names, and in the order in which they were appended to. */
export class ChannelIndex {
  readonly #byName = new Map<ChannelName, Aged<Touch>>();
  readonly #touched = new AgeOrder<Touch>();
  #turn = 0;
  /** All names; in order once `#inOrder`. */
  readonly #names: ChannelName[] = [];
  #inOrder = true;

  get size(): number {
    return this.#names.length;
  }

  get(name: ChannelName): MemoryChannel | undefined {
    return this.#byName.get(name)?.value.channel;
  }

  /** Makes the channel known, and the most recent one. */
  touch(channel: MemoryChannel): void {
    const place = this.#byName.get(channel.name);
    if (place) {
      if (place === this.#touched.newest) return;
      this.#touched.remove(place);
    } else {
      this.#names.push(channel.name);
      this.#inOrder = false;
    }
    this.#turn += 1;
    this.#byName.set(channel.name, this.#touched.add({ channel, turn: this.#turn }));
  }

  /** As `LogBroker.channels`; the query's limit has been checked. */
  page(query: ChannelQuery): IndexPage {
    const wanted = matcher(query);
    const found: MemoryChannel[] = [];
    for (const channel of query.order === 'name' ? this.#fromName(query) : this.#fromRecent(query)) {
      if (!wanted(channel.name) || query.where?.(channel.name) === false) continue;
      const last = found.at(-1);
      if (last && found.length === query.limit) return { channels: found, next: this.#cursor(query, last) };
      found.push(channel);
    }
    return { channels: found };
  }

  #cursor(query: ChannelQuery, last: MemoryChannel): string {
    return query.order === 'name' ? last.name : `${this.#byName.get(last.name)?.value.turn ?? 0} ${last.name}`;
  }

  *#fromName({ kind, prefix = '', cursor }: ChannelQuery): Generator<MemoryChannel> {
    if (cursor !== undefined && !parseChannel(cursor)) throw badCursor(cursor);
    const begin = kind === undefined ? '' : `${kind}/${prefix}`;
    const names = this.#sorted();
    for (let index = this.#firstFrom(begin, cursor); index < names.length; index += 1) {
      const name = names[index];
      // The names that begin alike stand together: after the last of them nothing can match.
      if (!name?.startsWith(begin)) return;
      const channel = this.get(name);
      if (channel) yield channel;
    }
  }

  *#fromRecent({ cursor }: ChannelQuery): Generator<MemoryChannel> {
    for (
      let place = cursor === undefined ? this.#touched.newest : this.#olderThan(cursor);
      place;
      place = place.older
    ) {
      yield place.value.channel;
    }
  }

  /** The most recent channel that was last touched before the one of the cursor was. */
  #olderThan(cursor: string): Aged<Touch> | undefined {
    const [, digits, text] = /^(\d{1,15}) (.+)$/.exec(cursor) ?? [];
    const name = text === undefined ? undefined : parseChannel(text);
    if (digits === undefined || name === undefined) throw badCursor(cursor);
    const turn = Number(digits);
    const last = this.#byName.get(name);
    if (last?.value.turn === turn) return last.older;
    let place = this.#touched.newest;
    while (place && place.value.turn >= turn) place = place.older;
    return place;
  }

  /** The index of the first name that is `begin` or comes after it, and comes after `cursor`. */
  #firstFrom(begin: string, cursor: string | undefined): number {
    const names = this.#sorted();
    let low = 0;
    let high = names.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const name = names[middle] ?? '';
      if (name < begin || (cursor !== undefined && name <= cursor)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #sorted(): readonly ChannelName[] {
    // Names are ASCII, so that the order of code units, which is what sort() takes, is the order of bytes.
    if (!this.#inOrder) this.#names.sort();
    this.#inOrder = true;
    return this.#names;
  }
}

function matcher({ kind, prefix = '' }: ChannelQuery): (name: ChannelName) => boolean {
  if (kind !== undefined) return (name) => name.startsWith(`${kind}/${prefix}`);
  return (name) => name.startsWith(prefix, name.indexOf('/') + 1);
}

function badCursor(cursor: string): BrokerError {
  return new BrokerError('invalid', `no page ends with the cursor ${JSON.stringify(cursor)}`);
}
