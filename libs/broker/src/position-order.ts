import type { Position } from '@tailgate/protocol';

/**
 * Negative where `a` was given before `b`, 0 for the same. Since epochs only grow, this is the order in which a channel gives its
 * positions; it says nothing of whether a position was withdrawn, which only the closing positions of the epochs tell.
 */
export function comparePositions(a: Position, b: Position): number {
  return a.epoch - b.epoch || a.seq - b.seq;
}
