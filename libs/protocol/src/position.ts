import type { Brand } from './brand.js';

/**
 * Where a record stands in its channel. `epoch` and `seq` are integers from 0 to 2^53 - 1.
 * `0-0` is before everything; `E-0` is the start of epoch E; the first record of an epoch is `E-1`.
 */
export type Position = Brand<{ readonly epoch: number; readonly seq: number }, 'Position'>;

/** `epoch` and `seq` must be integers from 0 to 2^53 - 1; a RangeError otherwise. */
export function position(epoch: number, seq: number): Position {
  if (!Number.isSafeInteger(epoch) || !Number.isSafeInteger(seq) || epoch < 0 || seq < 0) {
    throw new RangeError(`a position is two integers from 0 to 2^53 - 1, not ${epoch}-${seq}`);
  }
  return { epoch, seq } as Position;
}

/** Before every record of every channel. */
export const BEGINNING = /*@__PURE__*/ position(0, 0);

/** A position in its printed form, `<epoch>-<seq>`: what events and frames carry and `after` takes. */
export type PositionText = string;

/** The printed form, but for the bound: both numbers are at most 2^53 - 1. */
export const POSITION_PATTERN = /^(0|[1-9]\d{0,15})-(0|[1-9]\d{0,15})$/;

/** The grammar in words, for error messages. */
export const POSITION_GRAMMAR =
  'a position <epoch>-<seq>, two integers from 0 to 2^53 - 1 in decimal without leading zeros, for example 1763612345678-42';

/** `text` (`<epoch>-<seq>`, decimal, no leading zeros) as a position, or `undefined` where it is none. */
export function parsePosition(text: string): Position | undefined {
  const [, epoch, seq] = POSITION_PATTERN.exec(text) ?? [];
  // What does not match is NaN, which is no integer either.
  const parsed = { epoch: Number(epoch), seq: Number(seq) };
  return Number.isSafeInteger(parsed.epoch) && Number.isSafeInteger(parsed.seq) ? (parsed as Position) : undefined;
}

export function formatPosition({ epoch, seq }: Position): string {
  return `${epoch}-${seq}`;
}

export function samePosition(a: Position, b: Position): boolean {
  return a.epoch === b.epoch && a.seq === b.seq;
}
