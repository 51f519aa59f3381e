import type { Entry } from '@tailgate/client';
import { formatPosition, parsePosition, position, type ChannelName, type PositionText } from '@tailgate/protocol';
import type { Cursors } from './log-source.js';

/** How far each channel has been read, in one direction. Gaps and epochs say nothing of what is before or behind them. */
export class ChannelCursors {
  readonly #positions = new Map<ChannelName, PositionText>();
  #retreats = 0;

  get all(): Cursors {
    return Object.fromEntries(this.#positions);
  }

  /** How often something that had been read was to be read again: a page that was asked for before that no longer fits. */
  get retreats(): number {
    return this.#retreats;
  }

  /** The entry has been read. */
  reach(entry: Entry): void {
    if (isRecord(entry)) this.#positions.set(entry.channel, entry.position);
  }

  /** As `reach`, but for a channel that has a cursor already. */
  reachFirst(entry: Entry): void {
    if (!this.#positions.has(entry.channel)) this.reach(entry);
  }

  /** Newest entries, in order, have been dropped: one who reads forward reads them again. */
  backBefore(entries: readonly Entry[]): void {
    this.#retreats += 1;
    for (const entry of entries.toReversed()) if (isRecord(entry)) this.#moveTo(entry.channel, entry.position, -1);
  }

  /** Oldest entries, in order, have been dropped: one who reads backward reads them again. */
  backBehind(entries: readonly Entry[]): void {
    this.#retreats += 1;
    for (const entry of entries) if (isRecord(entry)) this.#moveTo(entry.channel, entry.position, 1);
  }

  /** All up to where somebody else has read forward is to be read backward. */
  turnBackAt(others: ChannelCursors): void {
    this.#retreats += 1;
    for (const [channel, at] of others.#positions) this.#moveTo(channel, at, 1);
  }

  /** Whether the entry is new to one who reads forward. A later epoch has the greater number. */
  isAhead(entry: Entry): boolean {
    return !(this.#compare(entry) <= 0);
  }

  /** Likewise to one who reads backward. */
  isBehind(entry: Entry): boolean {
    return !(this.#compare(entry) >= 0);
  }

  clear(): void {
    this.#positions.clear();
    this.#retreats += 1;
  }

  #moveTo(channel: ChannelName, from: PositionText, by: -1 | 1): void {
    const at = parsePosition(from);
    if (at) this.#positions.set(channel, formatPosition(position(at.epoch, Math.max(0, at.seq + by))));
  }

  /** Of the entry with the cursor of its channel; `NaN` where there is none. */
  #compare(entry: Entry): number {
    const at = parsePosition(entry.position);
    const cursor = parsePosition(this.#positions.get(entry.channel) ?? '');
    if (!at || !cursor) return NaN;
    return at.epoch - cursor.epoch || at.seq - cursor.seq;
  }
}

function isRecord(entry: Entry): boolean {
  return entry.type === 'log' || entry.type === 'notice';
}
