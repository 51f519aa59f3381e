import { formatPosition, parsePosition, type Position } from './position.js';

/**
 * A stream's cursor as it stands in an event's id and in `after`: a position for each channel, comma-separated, in the order of the
 * URL. `undefined` where any of them is no position. How many there must be only the caller knows.
 */
export function parseCursor(text: string): readonly Position[] | undefined {
  const positions = text.split(',').map(parsePosition);
  return positions.every((position) => position !== undefined) ? positions : undefined;
}

/** The printed form of at least one position. */
export function printCursor(positions: readonly Position[]): string {
  return positions.map(formatPosition).join(',');
}
