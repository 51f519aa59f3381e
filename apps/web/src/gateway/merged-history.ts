import type { HistoryEntry, HistoryPage, HistoryQuery } from './history.js';

/**
 * The pages of several channels as one, by time, at most `limit` entries, oldest first. Of each channel it takes the entries that are
 * nearest to where the pages begin, so that whoever asks on from them misses none; it ends where a page does that has more behind it,
 * since what follows there may belong before the rest.
 */
export function mergePages(
  pages: readonly HistoryPage[],
  { direction, limit }: Pick<HistoryQuery, 'direction' | 'limit'>,
): HistoryPage {
  const isForward = direction === 'after';
  // Each in the order in which it is taken.
  const queues = pages.map(({ entries, more }) => ({
    entries: isForward ? entries : entries.toReversed(),
    more,
    taken: 0,
  }));
  const merged: HistoryEntry[] = [];
  while (merged.length < limit) {
    if (queues.some(({ entries, more, taken }) => more && taken === entries.length)) break;
    const next = nextOf(queues, isForward);
    if (next === undefined) return { entries: isForward ? merged : merged.reverse(), more: false };
    merged.push(next);
  }
  const more = queues.some((queue) => queue.more || queue.taken < queue.entries.length);
  return { entries: isForward ? merged : merged.reverse(), more };
}

interface Queue {
  readonly entries: readonly HistoryEntry[];
  readonly more: boolean;
  taken: number;
}

/** Takes the oldest of the queues' first entries, or the newest; of equal ones that of the first queue. */
function nextOf(queues: readonly Queue[], isForward: boolean): HistoryEntry | undefined {
  let best: Queue | undefined;
  let bestEntry: HistoryEntry | undefined;
  for (const queue of queues) {
    const entry = queue.entries[queue.taken];
    if (entry === undefined) continue;
    const isNearer = bestEntry === undefined || (isForward ? entry.time < bestEntry.time : entry.time > bestEntry.time);
    if (isNearer) [best, bestEntry] = [queue, entry];
  }
  if (best) best.taken += 1;
  return bestEntry;
}
