import type { Entry } from '@tailgate/client';
import type { ChannelName } from '@tailgate/protocol';
import type { LineFilter } from '../gateway/filter.js';
import { readHistory, type HistoryQuery } from '../gateway/history.js';
import { mergePages } from '../gateway/merged-history.js';
import type { Cursors, LogSource, Page } from '../log/index.js';
import type { LiveConnection } from './live-connection.js';

/** All channels of a connection as one log, or some of them: live from the connection, history by REST. */
export class ConnectionSource implements LogSource {
  readonly #connection: LiveConnection;
  readonly #channels: readonly ChannelName[];
  readonly #filter: LineFilter;

  constructor(connection: LiveConnection, filter: LineFilter, channels: readonly ChannelName[] = connection.channels) {
    this.#connection = connection;
    this.#channels = channels;
    this.#filter = filter;
  }

  live(listener: (entries: readonly Entry[]) => void): () => void {
    if (this.#channels.length === this.#connection.channels.length) return this.#connection.listen(listener);
    return this.#connection.listen((entries) => {
      const ours = entries.filter(({ channel }) => this.#channels.includes(channel));
      if (ours.length > 0) listener(ours);
    });
  }

  before(cursors: Cursors, count: number, signal: AbortSignal): Promise<Page> {
    return this.#read('before', cursors, count, signal);
  }

  after(cursors: Cursors, count: number, signal: AbortSignal): Promise<Page> {
    return this.#read('after', cursors, count, signal);
  }

  async #read(
    direction: HistoryQuery['direction'],
    cursors: Cursors,
    limit: number,
    signal: AbortSignal,
  ): Promise<Page> {
    const query = { direction, limit, filter: this.#filter };
    const pages = await Promise.all(
      this.#channels.map((channel) => readHistory(channel, { ...query, position: cursors[channel] }, signal)),
    );
    return mergePages(pages, query);
  }
}
