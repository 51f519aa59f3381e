import type { Bounds } from '@tailgate/broker';
import type { Position } from '@tailgate/protocol';
import type { ChannelView } from '../feed/channel-watch.js';
import type { Patience } from './patience.js';
import { place, type Step } from './placement.js';

/** From where a viewer goes on, and what it is told before. */
export interface Settled {
  readonly cursor: Position;
  readonly steps: readonly Step[];
}

/** What a viewer's place depends on, beside its cursor. */
export interface Surroundings {
  readonly view: ChannelView;
  readonly bounds: Bounds;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/**
 * Where the viewer that was last given `cursor` goes on; `undefined` while there is something to wait for. `lost`: nobody knows what
 * it has missed, and it begins as a new one does.
 */
export function settle(
  cursor: Position,
  { view, bounds, now }: Surroundings,
  patience: Patience,
): Settled | 'lost' | undefined {
  const placement = place(cursor, bounds);
  switch (placement.kind) {
    case 'at':
      return placement;
    case 'ahead':
      return patience.forRecords(view)
        ? undefined
        : { cursor: bounds.last, steps: [jump(bounds.last, 'unknown-position')] };
    case 'lost':
      return patience.forEnd(view, now) || patience.forSign(view, now) ? undefined : 'lost';
  }
}

/** To `after`, and nobody knows what was missed. */
export function jump(after: Position, reason: 'epoch' | 'unknown-position'): Step {
  return { kind: 'gap', from: null, to: null, lost: null, reason, after };
}
