import { MAX_CHECKPOINT_BYTES } from '@tailgate/broker';
import type { ByteRange, LineFormat, Stream } from '@tailgate/framing';
import {
  formatPosition,
  NOTICE_KINDS,
  parsePosition,
  position,
  type NoticeKind,
  type Position,
} from '@tailgate/protocol';
import { z } from 'zod';
import type { FileMark } from './identify/fingerprint.js';

/** How far a source was read: all that is needed to go on after a crash, on any machine that has the files. */
export interface Checkpoint {
  /** The next file's generation: never given twice, so that no two checkpoints of a source are alike. */
  readonly nextGeneration: number;
  /** The files that may still bring lines, oldest first. */
  readonly files: readonly FileCheckpoint[];
}

export interface FileCheckpoint extends FileMark {
  readonly generation: number;
  /** `undefined` while nothing was read of it. */
  readonly format: LineFormat | undefined;
  /** What is still to be said before its first line. */
  readonly notice: NoticeKind | undefined;
  /** It left the path and was read to its end: only late lines can come. */
  readonly drained: boolean;
  /** Bytes before the offset that were read but not emitted. */
  readonly held: readonly ByteRange[];
  /** The partial records that may go on, per stream: a position, or how far before the last record appended with this checkpoint. */
  readonly continues: readonly (readonly [Stream, Position | number])[];
}

/** The stored checkpoint is not one that this version can read. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
}

const integer = z.int().min(0);
const fingerprint = z.tuple([integer, z.string()]).transform(([length, hash]) => ({ length, hash }));
const stream = z.enum(['stdout', 'stderr']).nullable();
const storedFile = z.object({
  g: integer,
  k: z.templateLiteral([z.bigint(), ':', z.bigint()]),
  h: fingerprint,
  o: integer,
  b: fingerprint,
  t: integer.optional(),
  f: z.enum(['raw', 'cri', 'docker']).optional(),
  n: z.enum(NOTICE_KINDS).optional(),
  d: z.literal(1).optional(),
  r: z.array(z.tuple([integer, integer])).optional(),
  c: z.array(z.tuple([stream, z.union([integer, z.string()])])).optional(),
});
const stored = z.object({ v: z.literal(1), n: integer, f: z.array(storedFile) });

/** Answers `undefined` where it would be longer than a checkpoint may be. */
export function printCheckpoint(checkpoint: Checkpoint): string | undefined {
  const text = JSON.stringify({ v: 1, n: checkpoint.nextGeneration, f: checkpoint.files.map(printFile) });
  return Buffer.byteLength(text) <= MAX_CHECKPOINT_BYTES ? text : undefined;
}

function printFile(file: FileCheckpoint): z.input<typeof storedFile> {
  return {
    g: file.generation,
    k: file.key,
    h: [file.head.length, file.head.hash],
    o: file.offset,
    b: [file.before.length, file.before.hash],
    // Of which something was read, that tells more.
    ...(file.offset === 0 && file.born > 0 && { t: file.born }),
    ...(file.format !== undefined && { f: file.format }),
    ...(file.notice !== undefined && { n: file.notice }),
    ...(file.drained && { d: 1 as const }),
    ...(file.held.length > 0 && { r: file.held.map(([start, end]): [number, number] => [start, end]) }),
    ...(file.continues.length > 0 && {
      c: file.continues.map(([of, at]): ['stdout' | 'stderr' | null, number | string] => [
        of ?? null,
        typeof at === 'number' ? at : formatPosition(at),
      ]),
    }),
  };
}

/** `last` is what the append that stored it answered. Throws a `CheckpointError`. */
export function parseCheckpoint(text: string, last: Position): Checkpoint {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new CheckpointError('the stored checkpoint is not JSON', { cause });
  }
  const parsed = stored.safeParse(json);
  if (!parsed.success) {
    const version = z.object({ v: z.unknown() }).safeParse(json).data?.v;
    throw new CheckpointError(
      version === 1
        ? `the stored checkpoint is broken: ${z.prettifyError(parsed.error)}`
        : `the stored checkpoint has version ${JSON.stringify(version)}; this version of Tailgate reads version 1`,
    );
  }
  return {
    nextGeneration: parsed.data.n,
    files: parsed.data.f.map((file) => ({
      generation: file.g,
      key: file.k,
      head: file.h,
      offset: file.o,
      before: file.b,
      born: file.t ?? 0,
      format: file.f,
      notice: file.n,
      drained: file.d === 1,
      held: file.r ?? [],
      continues: (file.c ?? []).map(([of, at]) => [of ?? undefined, continued(at, last)] as const),
    })),
  };
}

function continued(at: number | string, last: Position): Position {
  if (typeof at === 'number') return position(last.epoch, Math.max(0, last.seq - at));
  const parsed = parsePosition(at);
  if (parsed === undefined) throw new CheckpointError(`the stored checkpoint names "${at}", which is no position`);
  return parsed;
}
