import { CONTEXT_BYTES } from '../identify/fingerprint.js';

/** What a turn reads at once, as a rule: of long lines what a batch holds once it is JSON. What it does not hold is read again. */
const TURN_BYTES = 240 * 1024;

/** The memory that one turn reads into; each slot of the schedule owns one, so that files need none of their own. */
export class ReadBuffer {
  readonly bytes: Buffer;
  /** What fits beside the context: enough to hold a line of the limit, and to see that it is over it. */
  readonly capacity: number;
  readonly usual: number;

  constructor(maxLineBytes: number) {
    this.capacity = Math.max(TURN_BYTES, maxLineBytes + 4);
    this.usual = Math.min(TURN_BYTES, this.capacity);
    this.bytes = Buffer.allocUnsafeSlow(CONTEXT_BYTES + this.capacity);
  }
}
