import {
  endOfNuls,
  LONGEST_LINE,
  NEWLINE,
  noticeJson,
  unfinishedBytes,
  withoutReturn,
  type BatchBuilder,
} from '@tailgate/framing';
import type { NoticeKind } from '@tailgate/protocol';
import type { FollowedFile, LongRun } from './followed-file.js';
import type { ReadBuffer } from './read-buffer.js';

/** How much of a long run is looked at in one turn. */
const RUN_BYTES_A_TURN = 4 * 1024 * 1024;

/** What a line ends in shows in so many bytes: CR, or the longest UTF-8 sequence. */
const TAIL_BYTES = 4;

export interface TurnContext {
  readonly buffer: ReadBuffer;
  readonly batch: BatchBuilder;
  /** Of the tailing's clock, and of the wall's: milliseconds. */
  readonly now: number;
  readonly time: number;
  /** An unfinished line goes out after so long without a change. */
  readonly partialAfterMs: number;
  readonly maxLineBytes: number;
  /** Told of notices that were put into the batch. */
  readonly noticed: (notice: NoticeKind) => void;
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
  const reader = file.readerIfTold(data);
  if (reader === undefined && data[0] !== 0) return data;
  const { consumed, hole } = reader?.take(data, file.offset, batch, time) ?? { consumed: 0, hole: true };
  file.advance(buffer, data, consumed);
  const rest = data.subarray(consumed);
  if (hole === true) file.longRun = { kind: 'hole', end: file.offset };
  const unread = hole === true || rest.includes(NEWLINE) || (consumed > 0 && data.length === capacity);
  return unread ? 'more' : rest;
}

/** All whole lines were taken, and `rest` is left. */
function takeRest(file: FollowedFile, rest: Buffer, context: TurnContext, final: boolean): TurnResult {
  const { batch, buffer, now, time, partialAfterMs } = context;
  if (rest.length === 0 && file.reader?.holdsAny !== true) return 'end';
  if (!final && (now - file.changedAt < partialAfterMs || file.isUndecided(rest))) return 'waiting';
  const reader = file.readerFor(rest);
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
    if (run.kind === 'hole') {
      const end = endOfNuls(bytes, 0);
      if (end < bytes.length) return takeHole(file, run.end + end, context);
    } else {
      const limit = file.offset + LONGEST_LINE - run.end;
      const end = bytes.subarray(0, limit + 1).indexOf(NEWLINE);
      if (end >= 0) return takeLine(file, run.end + end, 'newline', context);
      if (bytes.length > limit) return takeLine(file, run.end + limit, 'limit', context);
    }
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
  if (run.end <= file.offset) return 'end';
  return run.kind === 'hole' ? takeHole(file, run.end, context) : takeLine(file, run.end, 'file', context, final);
}

/** The hole is known to reach from the file's offset to `end`: a notice takes its place. */
async function takeHole(file: FollowedFile, end: number, context: TurnContext): Promise<TurnResult> {
  const { batch, buffer, time } = context;
  // Only for the comparison with what was read before: while the hole was measured the file may have become another.
  if ((await file.read(buffer, 1)) === 'changed') return 'changed';
  const json = noticeJson('bytes-skipped', end - file.offset, { time, source: file.source });
  if (!batch.add(json, 'bytes-skipped', 'notice')) return 'more';
  context.noticed('bytes-skipped');
  await file.skipTo(end);
  file.longRun = undefined;
  return 'more';
}

/** The line is known to reach from the file's offset to `end`, where there is a newline, the limit of lines, or the file's end. */
async function takeLine(
  file: FollowedFile,
  end: number,
  endsAt: 'newline' | 'limit' | 'file',
  { buffer, batch, time }: TurnContext,
  final = false,
): Promise<TurnResult> {
  const data = await file.read(buffer, buffer.capacity);
  if (data === 'changed') return 'changed';
  const tail = await file.bytesBefore(end, TAIL_BYTES);
  const unfinished = endsAt === 'file' && !final ? unfinishedBytes(tail) : 0;
  const ending = endsAt === 'newline' ? tail.length - withoutReturn(tail).length : unfinished;
  const length = end - ending - file.offset;
  if (!file.readerFor(data).takeLong(data.subarray(0, length), length, endsAt !== 'file', batch, time)) return 'more';
  await file.skipTo(endsAt === 'newline' ? end + 1 : end - unfinished);
  file.longRun = undefined;
  return 'more';
}
