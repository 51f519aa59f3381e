import type { Bounds, LogBroker, SeenSign, TailerSigns } from '@tailgate/broker';
import type { ChannelName, ChannelStatus } from '@tailgate/protocol';
import { recentSigns, StatusTold } from './channel-status.js';
import type { Clock } from './clock.js';
import type { FeedObserver } from './feed-observer.js';

/** An answer that takes longer counts as none: milliseconds. */
const SLOW_ANSWER_MS = 3_000;

/** While the broker fails, it is asked again after this many milliseconds, then twice as many, and so on. */
const FIRST_BACK_OFF_MS = 500;
const LONGEST_BACK_OFF_MS = 8_000;

/** What the broker and the tailers have last said of a channel. */
export interface ChannelView {
  /** It holds what was so then, or later. Milliseconds since the Unix epoch. */
  readonly asOf: number;
  /** `undefined`: the broker does not know the channel. */
  readonly bounds: Bounds | undefined;
  readonly signs: readonly SeenSign[];
  /** A tailer has not reached the end of one of the channel's files yet. */
  readonly reading: boolean;
}

/** Asks the broker and the tailers about one channel, again and again while it has viewers. */
export class ChannelWatch {
  readonly #channel: ChannelName;
  readonly #broker: LogBroker;
  readonly #signs: TailerSigns;
  readonly #clock: Clock;
  readonly #observer: FeedObserver;
  readonly #told: StatusTold;
  #watchedSince: number;
  #view: ChannelView | undefined;
  /** Whether a source has a checkpoint in the channel, where that was asked for. */
  #hasSources: boolean | undefined;
  #asking: Promise<void> | undefined;
  #askedAt = 0;
  #failures = 0;
  #notBefore = 0;

  constructor(channel: ChannelName, broker: LogBroker, signs: TailerSigns, clock: Clock, observer: FeedObserver) {
    this.#channel = channel;
    this.#broker = broker;
    this.#signs = signs;
    this.#clock = clock;
    this.#observer = observer;
    this.#told = new StatusTold(channel);
    this.#watchedSince = clock.now();
  }

  /** `undefined` until the broker has answered once since `begin`. It may be a second old. */
  get view(): ChannelView | undefined {
    return this.#view;
  }

  /** A new object for each thing to tell; `undefined` until the broker has answered or failed once since `begin`. */
  get status(): ChannelStatus | undefined {
    return this.#told.status;
  }

  /** Forgets what was known: viewers come after a time without any. */
  begin(): void {
    this.#view = undefined;
    this.#hasSources = undefined;
    this.#told.forget();
    this.#watchedSince = this.#clock.now();
    this.#notBefore = 0;
    this.#failures = 0;
  }

  /** Asks, unless an answer is awaited already or the broker has just failed. Never rejects. */
  async poll(): Promise<void> {
    const now = this.#clock.now();
    if (this.#asking) {
      if (now - this.#askedAt > SLOW_ANSWER_MS) this.#told.unreachable(now);
      return;
    }
    if (now >= this.#notBefore) await this.#ask();
  }

  /** Answers when the view is of after this call, or the broker has failed. Never rejects. */
  async refresh(): Promise<void> {
    if (this.#asking) await this.#asking;
    await (this.#asking ?? this.#ask());
  }

  async #ask(): Promise<void> {
    this.#askedAt = this.#clock.now();
    this.#asking = this.#answer();
    try {
      await this.#asking;
    } finally {
      this.#asking = undefined;
    }
  }

  async #answer(): Promise<void> {
    try {
      const [bounds, signs] = await Promise.all([this.#broker.bounds(this.#channel), this.#signs.signs(this.#channel)]);
      const hasSources = await this.#findSources(bounds, signs);
      const now = this.#clock.now();
      const reading = recentSigns(signs, now).some(({ state }) => state === 'reading');
      this.#view = { asOf: this.#askedAt, bounds, signs, reading };
      this.#failures = 0;
      this.#notBefore = 0;
      this.#told.answered({ known: bounds !== undefined, signs, hasSources, watchedSince: this.#watchedSince }, now);
    } catch (error) {
      // Whatever the reason, viewers are told that the broker is away, and it is asked again.
      this.#failed(error);
    }
  }

  /** Asked once while no tailer speaks of a channel that there is: who begins to follow a file for it gives a sign. */
  async #findSources(bounds: Bounds | undefined, signs: readonly SeenSign[]): Promise<boolean> {
    if (bounds === undefined || signs.length > 0) {
      this.#hasSources = undefined;
      return signs.length > 0;
    }
    this.#hasSources ??= (await this.#broker.checkpoints(this.#channel)).size > 0;
    return this.#hasSources;
  }

  #failed(error: unknown): void {
    const now = this.#clock.now();
    this.#notBefore = now + Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#told.unreachable(now);
    this.#observer.brokerFailed(this.#channel, error);
  }
}
