import type { Bounds, LogBroker } from '@tailgate/broker';
import type { ChannelName, Position } from '@tailgate/protocol';
import { RecordIndex } from '../session/record-index.js';
import { firstAppended, type Browse } from '../session/since-search.js';

/**
 * The position after which all that was appended at `time` (milliseconds since the Unix epoch) or later comes, and nothing else. No
 * record was appended before its own time, but where clocks go wrong: so none of its time is before that. Rejects as the broker does.
 */
export async function seekTime(
  broker: Pick<LogBroker, 'readAfter' | 'readBefore'>,
  channel: ChannelName,
  bounds: Bounds,
  time: number,
): Promise<Position> {
  if (!bounds.first) return bounds.last;
  const browse: Browse = (from, direction, limits) => broker[direction](channel, from, limits);
  return firstAppended(browse, time, new RecordIndex(bounds));
}
