import type { Entry } from '@tailgate/client';
import { parsePosition, type PositionText } from '@tailgate/protocol';
import type { Cursors } from './log-source.js';

/**
 * History with an entry where the numbers of a channel begin anew, as live streams have it. `before`: the channels' last records before
 * the first entry, where they are known.
 */
export function withEpochs(entries: readonly Entry[], before: Cursors): readonly Entry[] {
  const last = new Map(Object.entries(before));
  return entries.flatMap((entry): readonly Entry[] => {
    // Gaps may stand anywhere, and an epoch that is told need not be told again.
    if (entry.type === 'gap') return [entry];
    if (entry.type === 'epoch') last.delete(entry.channel);
    const closed = last.get(entry.channel);
    last.set(entry.channel, entry.position);
    const opened = closed === undefined ? undefined : epochBetween(closed, entry.position);
    if (closed === undefined || opened === undefined) return [entry];
    return [{ type: 'epoch', channel: entry.channel, position: opened, closed }, entry];
  });
}

/** The start of the epoch of `next`, where it is a later one. */
function epochBetween(previous: PositionText, next: PositionText): PositionText | undefined {
  const [from, to] = [parsePosition(previous), parsePosition(next)];
  return from && to && to.epoch > from.epoch ? `${to.epoch}-0` : undefined;
}
