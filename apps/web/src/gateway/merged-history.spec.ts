import { parseChannel, type ChannelName } from '@tailgate/protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { HistoryEntry, HistoryPage } from './history.js';
import { mergePages } from './merged-history.js';

function named(index: number): ChannelName {
  const channel = parseChannel(`host/h${index}`);
  if (!channel) throw new Error('no channel');
  return channel;
}

/** Channels whose entries have these times, in order. */
function channelsOf(times: readonly (readonly number[])[]): readonly (readonly HistoryEntry[])[] {
  return times.map((some, index) =>
    some.map((time, i) => ({ type: 'log', channel: named(index), position: `1-${i + 1}`, line: '', time })),
  );
}

/** The page of a channel whose first (or last) `taken` entries were had already. */
function pageOf(
  entries: readonly HistoryEntry[],
  direction: 'before' | 'after',
  taken: number,
  limit: number,
): HistoryPage {
  const rest = direction === 'after' ? entries.slice(taken) : entries.slice(0, entries.length - taken);
  const page = direction === 'after' ? rest.slice(0, limit) : rest.slice(-limit);
  return { entries: page, more: page.length < rest.length };
}

const rising = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 25 }).map((times) => times.sort((a, b) => a - b));

it.each(['before', 'after'] as const)(
  'page by page, %s, has every entry once, each channel in order, and all by time',
  (direction) => {
    const some = fc.array(rising, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(some, fc.integer({ min: 1, max: 10 }), (times, limit) => {
        const channels = channelsOf(times);
        const taken = channels.map(() => 0);
        let all: readonly HistoryEntry[] = [];
        for (let more = true; more;) {
          const pages = channels.map((entries, index) => pageOf(entries, direction, taken[index] ?? 0, limit));
          const page = mergePages(pages, { direction, limit });
          // Whoever asks on gets on.
          expect(page.entries.length > 0 || !page.more).toBe(true);
          expect(page.entries.length).toBeLessThanOrEqual(limit);
          for (const [index] of taken.entries()) {
            taken[index] = (taken[index] ?? 0) + page.entries.filter(({ channel }) => channel === named(index)).length;
          }
          all = direction === 'after' ? [...all, ...page.entries] : [...page.entries, ...all];
          more = page.more;
        }
        for (const [index, entries] of channels.entries()) {
          expect(all.filter(({ channel }) => channel === named(index))).toEqual(entries);
        }
        expect(all.map(({ time }) => time)).toEqual(all.map(({ time }) => time).sort((a, b) => a - b));
      }),
    );
  },
);
