import { Verification, type Mismatch } from '@tailgate/client/verify';
import { parsePosition, type ChannelName, type Position } from '@tailgate/protocol';
import type { HistoryRecord } from './channel-history.js';
import { LineJoiner, type WholeLine } from './line-joiner.js';

/** What a channel holds, for comparison with files. */
export interface ChannelLines {
  readonly lines: readonly WholeLine[];
  /** What its records name as their sources. */
  readonly sources: readonly string[];
  readonly notices: number;
  /** Where its own running hash says that something is wrong. */
  readonly mismatches: readonly Mismatch[];
}

/** Gathers the lines of a channel, those of one source where that is named. */
export async function gatherLines(
  history: AsyncIterable<HistoryRecord>,
  channel: ChannelName,
  source: string | undefined,
): Promise<ChannelLines> {
  const mismatches: Mismatch[] = [];
  const verification = new Verification((mismatch) => mismatches.push(mismatch));
  const sources = new Set<string>();
  let lines: WholeLine[] = [];
  let joiner = new LineJoiner();
  let before: Position | undefined;
  for await (const { position, record } of history) {
    const at = parsePosition(position);
    if (at && at.epoch === before?.epoch && at.seq !== before.seq + 1) {
      // Retention was faster than the reading: what came before has a hole behind it.
      lines = [];
      joiner = new LineJoiner();
    }
    before = at;
    const placed = { channel, position };
    verification.take([
      'notice' in record ? { type: 'notice', ...record, ...placed } : { type: 'log', ...record, ...placed },
    ]);
    if (record.source !== undefined) sources.add(record.source);
    if (source !== undefined && record.source !== source) continue;
    const line = joiner.take(record, position);
    if (line) lines.push(line);
  }
  return { lines, sources: [...sources], notices: joiner.notices, mismatches };
}
