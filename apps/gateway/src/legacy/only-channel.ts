import type { LogBroker } from '@tailgate/broker';
import type { ChannelName } from '@tailgate/protocol';
import type { Caller } from '../connection/caller.js';

/** A page of the broker's list. */
const PAGE = 1_000;

/** The only channel that the caller may read; `undefined` where there is none, `several` where it is not alone. Rejects as the broker does. */
export async function findOnlyChannel(
  broker: Pick<LogBroker, 'channels'>,
  caller: Caller,
): Promise<ChannelName | 'several' | undefined> {
  let only: ChannelName | undefined;
  let cursor: string | undefined;
  do {
    const page = await broker.channels({ order: 'name', limit: PAGE, ...(cursor !== undefined && { cursor }) });
    for (const { channel } of page.channels) {
      if (!caller.mayRead(channel)) continue;
      if (only) return 'several';
      only = channel;
    }
    cursor = page.next;
  } while (cursor !== undefined);
  return only;
}
