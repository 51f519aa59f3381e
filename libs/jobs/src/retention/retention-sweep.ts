import type { LogBroker } from '@tailgate/broker';
import type { JobHandler } from '../queue/job-queue.js';
import type { RetentionPlan, RetentionProgress } from './retention-queue.js';

/** Channels of a page of the list. */
const PAGE = 200;

/**
 * Looks at every channel once, by name. To be looked at is enough for records that have grown too old (`RETAIN_AGE`): a broker lets go of
 * them when it is asked what a channel holds. Those of channels that are idle for too long are purged, unless something comes just then.
 */
export function retentionSweep(
  broker: Pick<LogBroker, 'channels' | 'purge'>,
  now: () => number = Date.now,
): JobHandler<RetentionPlan, RetentionProgress> {
  return async ({ data: { retainIdle = Infinity }, progress, signal, report }) => {
    let { cursor, looked, emptied }: Partial<RetentionProgress> = progress ?? {};
    looked ??= 0;
    emptied ??= 0;
    do {
      signal.throwIfAborted();
      const query = { order: 'name', limit: PAGE } as const;
      const page = await broker.channels({ ...query, ...(cursor !== undefined && { cursor }) });
      const idleSince = now() - retainIdle;
      for (const { channel, records, updated } of page.channels) {
        const isIdle = records > 0 && updated <= idleSince;
        if (isIdle && (await broker.purge(channel, idleSince)) !== undefined) emptied += 1;
        looked += 1;
      }
      cursor = page.next === undefined ? undefined : page.channels.at(-1)?.channel;
      if (cursor !== undefined) await report({ cursor, looked, emptied });
    } while (cursor !== undefined);
  };
}
