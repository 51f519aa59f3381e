import type { BatchBuilder } from '../batch/batch-builder.js';
import { noticeJson } from '../batch/record-json.js';
import { endOfNuls, NEWLINE } from '../frame/bytes.js';
import type { FollowedFile, LongRun } from './followed-file.js';
import type { ReadBuffer } from './read-buffer.js';

/** A line is divided at this length, newline or not. */
export const LONGEST_LINE = 64 * 1024 * 1024;

/** How much of a long run is looked at in one turn. */
const RUN_BYTES_A_TURN = 4 * 1024 * 1024;

export interface TurnContext {
  readonly buffer: ReadBuffer;
  readonly batch: BatchBuilder;
  /** Of the tailing's clock, and of the wall's: milliseconds. */
  readonly now: number;
  readonly time: number;
  /** An unfinished line goes out after so long without a change. */
  readonly partialAfterMs: number;
  readonly maxLineBytes: number;
}

/**
 * `more`: there is more to take, or the batch is full. `end`: all there is was taken. `waiting`: all but an unfinished line or
 * record, which goes out after a pause. `changed`: it is not the file any more that was read so far.
 */
export type TurnResult = 'more' | 'end' | 'waiting' | 'changed';

/** Takes what one read of the file brings. `final`: nothing will ever follow, so nothing is held back. */
export async function takeTurn(file: FollowedFile, context: TurnContext, final: boolean): Promise<TurnResult> {
  if (file.longRun !== undefined) return takeLongRun(file, file.longRun, context, final);
  const { buffer, maxLineBytes } = context;
  const first = await takeRead(file, context, buffer.usual);
  if (!Buffer.isBuffer(first)) return first;
  if (first.length < buffer.usual) return takeRest(file, first, context, final);
  // The line is as long as a usual read, or longer.
  const all = await takeRead(file, context, buffer.capacity);
  if (!Buffer.isBuffer(all)) return all;
  if (all.length <= maxLineBytes) return takeRest(file, all, context, final);
  file.longRun = { kind: 'line', end: file.offset };
  return 'more';
}

/** Reads and takes whole lines; answers the unfinished one that is left at the file's end, or that fills the read. */
async function takeRead(
  file: FollowedFile,
  context: TurnContext,
  capacity: number,
): Promise<Buffer | 'more' | 'changed'> {
  const { batch, buffer, time } = context;
  const data = await file.read(buffer, capacity);
  if (data === 'changed' || data.length === 0) return data;
  const { consumed, hole } = file.readerFor(data).take(data, file.offset, batch, time);
  file.advance(buffer, data, consumed);
  const rest = data.subarray(consumed);
  if (hole === true) file.longRun = { kind: 'hole', end: file.offset };
  const unread = hole === true || rest.includes(NEWLINE) || (consumed > 0 && data.length === capacity);
  return unread ? 'more' : rest;
}

/** All whole lines were taken, and `rest` is left. */
function takeRest(file: FollowedFile, rest: Buffer, context: TurnContext, final: boolean): TurnResult {
  const { batch, buffer, now, time, partialAfterMs } = context;
  const reader = rest.length > 0 ? file.readerFor(rest) : file.reader;
  if (reader === undefined || (rest.length === 0 && !reader.holdsAny)) return 'end';
  if (!final && now - file.changedAt < partialAfterMs) return 'waiting';
  const flushed = reader.flush(rest, final, batch, time);
  if (flushed > 0) file.advance(buffer, rest, flushed);
  return final && (flushed < rest.length || reader.holdsAny) ? 'more' : 'end';
}

/** Looks for the end of a run, and takes it once that is known. */
async function takeLongRun(
  file: FollowedFile,
  run: LongRun,
  context: TurnContext,
  final: boolean,
): Promise<TurnResult> {
  const from = run.end;
  while (run.end - from < RUN_BYTES_A_TURN) {
    const bytes = await file.readAt(context.buffer, run.end);
    if (bytes.length === 0) return takeUnendedRun(file, run, context, final);
    const limit = run.kind === 'line' ? Math.max(0, file.offset + LONGEST_LINE - run.end) : bytes.length;
    const end = run.kind === 'line' ? bytes.subarray(0, limit).indexOf(NEWLINE) : endOfNuls(bytes, 0);
    const found = run.kind === 'line' ? end >= 0 : end < bytes.length;
    if (found) return takeRun(file, run, run.end + end, context, true);
    if (run.kind === 'line' && bytes.length >= limit)
      return takeRun(file, run, file.offset + LONGEST_LINE, context, true);
    run.end += bytes.length;
  }
  return 'more';
}

/** The file ends before the run does. */
async function takeUnendedRun(
  file: FollowedFile,
  run: LongRun,
  context: TurnContext,
  final: boolean,
): Promise<TurnResult> {
  if (file.size < run.end) {
    // It was cut below what was measured; what is left is looked at anew.
    file.longRun = undefined;
    return 'more';
  }
  if (!final && context.now - file.changedAt < context.partialAfterMs) return 'waiting';
  return run.end > file.offset ? takeRun(file, run, run.end, context, final) : 'end';
}

/** The run is known to reach from the file's offset to `end`, and takes its place in the batch. */
async function takeRun(
  file: FollowedFile,
  run: LongRun,
  end: number,
  { buffer, batch, time }: TurnContext,
  ended: boolean,
): Promise<TurnResult> {
  const length = end - file.offset;
  if (run.kind === 'hole') {
    if (!batch.add(noticeJson('bytes-skipped', length, { time, source: file.source }))) return 'more';
    await file.skipTo(end);
  } else {
    const data = await file.read(buffer, buffer.capacity);
    if (data === 'changed') return 'changed';
    if (!file.readerFor(data).takeLong(data.subarray(0, length), length, ended, batch, time)) return 'more';
    const newline = ended && length < LONGEST_LINE ? 1 : 0;
    await file.skipTo(end + newline);
  }
  file.longRun = undefined;
  return 'more';
}
