import type { LogBroker } from '@tailgate/broker';
import type { ChannelName } from '@tailgate/protocol';
import type { Clock } from './clock.js';

/** New channels are looked for this often: milliseconds. */
const LOOK_MS = 1_000;

/** A page of the broker's list. */
const PAGE = 1_000;

/**
 * A broker of several processes may list a channel this much late, and so behind others that were appended to since: milliseconds.
 */
const LIST_DELAY_MS = 10_000;

/** Is told of channels, each once: first of all that there are, then of those that appear. */
export type ChannelListener = (channels: readonly ChannelName[]) => void;

/**
 * Which channels there are, for those who follow patterns: one look for all of them, and none where there is nobody. The whole list
 * is read once; from then on only its beginning, in the order of the latest appends, since a new channel has just been appended to.
 */
export class ChannelDirectory {
  readonly #broker: Pick<LogBroker, 'channels'>;
  readonly #clock: Clock;
  readonly #onFault: (error: unknown) => void;
  readonly #listeners = new Set<ChannelListener>();
  readonly #known = new Set<ChannelName>();
  #ticking: Disposable | undefined;
  #looking = false;
  /** The latest append that was listed, by the broker's clock; `undefined` until the whole list was read. */
  #newest: number | undefined;

  /** `onFault` is told of what a listener throws. */
  constructor(broker: Pick<LogBroker, 'channels'>, clock: Clock, onFault: (error: unknown) => void) {
    this.#broker = broker;
    this.#clock = clock;
    this.#onFault = onFault;
  }

  /** `listener` is called, soon for the first time, until the answer is disposed of. */
  watch(listener: ChannelListener): Disposable {
    // Those that come while the list is known get it at the next look.
    const behind: ChannelListener = (channels) => {
      this.#listeners.delete(behind);
      this.#listeners.add(listener);
      listener([...new Set([...this.#known, ...channels])]);
    };
    this.#listeners.add(behind);
    this.#ticking ??= this.#clock.every(LOOK_MS, () => this.#look());
    this.#clock.after(0, () => this.#look());
    return {
      [Symbol.dispose]: () => {
        this.#listeners.delete(behind);
        this.#listeners.delete(listener);
        if (this.#listeners.size > 0) return;
        this.#ticking?.[Symbol.dispose]();
        this.#ticking = undefined;
      },
    };
  }

  #look(): void {
    if (this.#looking || this.#listeners.size === 0) return;
    this.#looking = true;
    this.#list()
      .then(
        (found) => this.#tell(found),
        // The broker is away, of which viewers are told by each channel's status; the next look tries again.
        () => undefined,
      )
      .finally(() => (this.#looking = false))
      .catch((error: unknown) => this.#onFault(error));
  }

  #tell(found: readonly ChannelName[]): void {
    const fresh = found.filter((channel) => !this.#known.has(channel));
    for (const channel of fresh) this.#known.add(channel);
    for (const listener of [...this.#listeners]) listener(fresh);
  }

  /** All channels the first time, then those that were appended to since the last look. */
  async #list(): Promise<readonly ChannelName[]> {
    const since = this.#newest === undefined ? -Infinity : this.#newest - LIST_DELAY_MS;
    const order = this.#newest === undefined ? 'name' : 'recent';
    const found: ChannelName[] = [];
    let newest = this.#newest ?? 0;
    let cursor: string | undefined;
    do {
      const page = await this.#broker.channels({ order, limit: PAGE, ...(cursor !== undefined && { cursor }) });
      for (const { channel, updated } of page.channels) {
        found.push(channel);
        newest = Math.max(newest, updated);
      }
      const oldest = page.channels.at(-1)?.updated ?? -Infinity;
      cursor = order === 'recent' && oldest < since ? undefined : page.next;
    } while (cursor !== undefined);
    this.#newest = newest;
    return found;
  }
}
