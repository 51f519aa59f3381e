import type { ChannelName } from '@tailgate/protocol';
import { channelName, count, list, millis, nullable, object, text } from '@tailgate/protocol/readers';
import { ask } from './ask.js';

/** PROTOCOL: `GET /api/channels`, of each what is shown. */
export interface ListedChannel {
  readonly channel: ChannelName;
  readonly kind: string;
  readonly name: string;
  /** How many are left. */
  readonly records: number;
  /** The newest position that there was; its number grows by one a line. */
  readonly last: string | null;
  /** When the newest batch was appended: milliseconds since the Unix epoch. */
  readonly updated: number;
}

export interface ChannelPage {
  readonly channels: readonly ListedChannel[];
  /** The cursor of the next page. */
  readonly next: string | null;
}

export interface ChannelQuery {
  readonly kind?: string | undefined;
  /** What a name begins with. */
  readonly prefix?: string;
  readonly order: 'name' | 'recent';
  /** 1 to 1000. */
  readonly limit: number;
  readonly cursor?: string | undefined;
}

const readPage = object<ChannelPage>({
  channels: list(
    object<ListedChannel>({
      channel: channelName,
      kind: text,
      name: text,
      records: count,
      last: nullable(text),
      updated: millis,
    }),
  ),
  next: nullable(text),
});

export async function listChannels(query: ChannelQuery, signal: AbortSignal): Promise<ChannelPage> {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') search.set(name, String(value));
  return await ask(`api/channels?${String(search)}`, readPage, { signal });
}
