import type { ChannelView } from '../feed/channel-watch.js';

/** How long a position beyond the head is waited for. PROTOCOL, "SSE". Milliseconds, as all here. */
const AHEAD_MS = 10_000;

/**
 * How long a viewer that gets the last records waits for a tailer that still reads its files for the first time. It would else be sent
 * most of the file again; but a tailer that never reaches the end must not keep it waiting for ever.
 */
const READING_MS = 60_000;

/** After a restart, how long a tailer may take to say that it is reading. */
const UNSAID_MS = 3_000;

/** What a viewer that has no place in the channel yet waits for, and for how long. */
export class Patience {
  #since: number | undefined;

  /** Whether to wait for the records up to a position beyond the head. While the broker is away no time passes. */
  forRecords({ asOf }: ChannelView): boolean {
    return this.#lasts(AHEAD_MS, asOf);
  }

  /** Whether to wait for the end of the files. */
  forEnd({ reading }: ChannelView, now: number): boolean {
    return reading && this.#lasts(READING_MS, now);
  }

  /** Whether to wait for the first sign of a tailer. */
  forSign({ signs }: ChannelView, now: number): boolean {
    return signs.length === 0 && this.#lasts(UNSAID_MS, now);
  }

  /** There is nothing to wait for any more. */
  end(): void {
    this.#since = undefined;
  }

  #lasts(ms: number, now: number): boolean {
    this.#since ??= now;
    return now - this.#since < ms;
  }
}
