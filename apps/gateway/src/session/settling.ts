import type { Bounds } from '@tailgate/broker';
import type { Position } from '@tailgate/protocol';
import type { ChannelView } from '../feed/channel-watch.js';
import type { Patience } from './patience.js';
import { place, tailCursor, type Step } from './placement.js';

/** From where a viewer goes on, and what it is told before. */
export interface Settled {
  readonly cursor: Position;
  readonly steps: readonly Step[];
}

/** What a viewer's place depends on, beside its cursor. */
export interface Surroundings {
  readonly view: ChannelView;
  readonly bounds: Bounds;
  readonly tail: number;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** Where the viewer that was last given `cursor` goes on; `undefined` while there is something to wait for. */
export function settle(
  cursor: Position,
  { view, bounds, tail, now }: Surroundings,
  patience: Patience,
): Settled | undefined {
  const placement = place(cursor, bounds);
  switch (placement.kind) {
    case 'at':
      return placement;
    case 'ahead':
      return patience.forRecords(view) ? undefined : jump(bounds.last, 'unknown-position');
    case 'lost':
      if (patience.forEnd(view, now) || patience.forSign(view, now)) return undefined;
      return jump(tailCursor(tail, bounds), 'epoch');
  }
}

/** To `cursor`, and nobody knows what was missed. */
function jump(cursor: Position, reason: 'epoch' | 'unknown-position'): Settled {
  return { cursor, steps: [{ kind: 'gap', from: null, to: null, lost: null, reason, after: cursor }] };
}
