import type { SeenSign } from '@tailgate/broker';
import type { ChannelName, ChannelState, ChannelStatus } from '@tailgate/protocol';

/** Without a sign for this long, a tailer counts as gone: milliseconds. PROTOCOL, "SSE": `stalled`. */
const SILENT_MS = 10_000;

/** A lag below this comes and goes with every busy moment, and is not worth a message of its own. 64 KiB. */
const LAG_WORTH_TELLING = 64 * 1024;

/** A change of the lag alone is told at most this often: milliseconds. */
const LAG_TOLD_EVERY_MS = 5_000;

/** What a channel's state is derived from. */
export interface ChannelSigns {
  /** Whether the broker has the channel. */
  readonly known: boolean;
  readonly signs: readonly SeenSign[];
  /** Whether any source has a checkpoint in it: without one all that it has was posted, and there is no tailer that could stall. */
  readonly hasSources: boolean;
  /** Since when signs were looked for. Milliseconds since the Unix epoch. */
  readonly watchedSince: number;
}

/** What viewers are told of a channel's state: a new object only where there is something new to tell. */
export class StatusTold {
  readonly #channel: ChannelName;
  #status: ChannelStatus | undefined;
  #toldAt = 0;

  constructor(channel: ChannelName) {
    this.#channel = channel;
  }

  /** `undefined` until the broker has answered or failed. */
  get status(): ChannelStatus | undefined {
    return this.#status;
  }

  /** The broker has answered. `now` as `ChannelSigns.watchedSince`. */
  answered(signs: ChannelSigns, now: number): void {
    const state = stateOf(signs, now);
    const lagBytes = state === 'following' ? lagOf(signs, now) : undefined;
    if (this.#status?.state !== state) this.#tell(state, lagBytes, now, now);
    else if (lagBytes !== undefined && this.#isWorthTelling(lagBytes, now)) {
      this.#tell(state, lagBytes, this.#status.since, now);
    }
  }

  /** The broker does not answer. */
  unreachable(now: number): void {
    if (this.#status?.state !== 'unreachable') this.#tell('unreachable', undefined, now, now);
  }

  /** Nothing is known any more. */
  forget(): void {
    this.#status = undefined;
  }

  #tell(state: ChannelState, lagBytes: number | undefined, since: number, now: number): void {
    this.#status = { channel: this.#channel, state, since, ...(lagBytes === undefined ? {} : { lagBytes }) };
    this.#toldAt = now;
  }

  /** Twice as far behind, half as far, or no longer. A lag that was told stands until another one is: so its end is told, too. */
  #isWorthTelling(lagBytes: number, now: number): boolean {
    if (now - this.#toldAt < LAG_TOLD_EVERY_MS) return false;
    const { lagBytes: last = 0 } = this.#status ?? {};
    if (lagBytes === 0 && last > 0) return true;
    const told = Math.max(last, LAG_WORTH_TELLING);
    const present = Math.max(lagBytes, LAG_WORTH_TELLING);
    return present >= 2 * told || told >= 2 * present;
  }
}

function stateOf({ known, signs, hasSources, watchedSince }: ChannelSigns, now: number): ChannelState {
  if (signs.length === 0) {
    if (!known) return 'waiting';
    return hasSources && now - watchedSince > SILENT_MS ? 'stalled' : 'following';
  }
  const recent = recentSigns(signs, now);
  if (recent.length === 0) return 'stalled';
  return recent.every(({ state }) => state === 'waiting') ? 'waiting' : 'following';
}

/** `undefined` where no tailer has said. */
function lagOf({ signs }: ChannelSigns, now: number): number | undefined {
  if (signs.length === 0) return undefined;
  return recentSigns(signs, now).reduce((sum, { lagBytes }) => sum + lagBytes, 0);
}

/** The signs of tailers that live. */
export function recentSigns(signs: readonly SeenSign[], now: number): readonly SeenSign[] {
  return signs.filter(({ at }) => now - at <= SILENT_MS);
}
