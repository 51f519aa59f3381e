import type { Mismatch } from '@tailgate/client/verify';
import { parsePosition, type PositionText } from '@tailgate/protocol';

/** The number of a record, as it is shown beside its line. */
export function seqOf(position: PositionText): string {
  return String(parsePosition(position)?.seq ?? position);
}

/** Where lines are not what was written. */
export function placeOf({ after, to }: Mismatch): string {
  return `after #${seqOf(after)}, up to #${seqOf(to)}`;
}
