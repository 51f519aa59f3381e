import type { LogBroker, TailerSigns } from '@tailgate/broker';
import { position, type ChannelName, type Position } from '@tailgate/protocol';
import { Sessions } from '../../session/sessions.js';
import { CountingSink } from '../../session/testing/counting-sink.js';
import { silentObserver } from '../../stream/stream-observer.js';
import { ChannelFeeds } from '../channel-feeds.js';
import type { Clock } from '../clock.js';
import { Rounds } from '../rounds.js';

export const CROWD = 5_000;

/** Where thousands of viewers of a channel that has so many lines are, when all of them come back at once. */
export const PLACES: readonly [string, (index: number, lines: number) => number][] = [
  ['at a few positions', (index, lines) => Math.floor((lines * (index % 5)) / 5)],
  ['at a few positions, the newest first', (index, lines) => Math.floor((lines * (4 - (index % 5))) / 5)],
  ['each at another position', (index, lines) => scatter(index) % lines],
  ['each at another position, the newest first', (index, lines) => lines - 1 - Math.floor((index * lines) / CROWD)],
];

/** One gateway, and the viewers that come to it. */
export class Crowd implements AsyncDisposable {
  readonly failures: unknown[] = [];
  /** Reads of history, as the observer is told. */
  reads = 0;
  readonly #sessions: Sessions;
  #sinks: readonly CountingSink[] = [];

  constructor(
    broker: LogBroker & TailerSigns,
    private readonly channel: ChannelName,
    clock: Clock,
  ) {
    const shared = { clock, rounds: new Rounds(clock), observer: this.#observer };
    this.#sessions = new Sessions(new ChannelFeeds({ broker, signs: broker, ...shared }), shared);
  }

  /** All at once, each after the line that `placeOf` names. */
  come(head: Position, placeOf: (typeof PLACES)[number][1]): void {
    this.#sinks = Array.from({ length: CROWD }, (_, index) => {
      const after = position(head.epoch, placeOf(index, head.seq));
      const sink = new CountingSink(after);
      this.#sessions.create(this.channel, sink, { after, tail: 0 }).open();
      return sink;
    });
  }

  /** How many have been given all up to the head, and no gap. */
  arrived(head: Position): number {
    return this.#sinks.filter(({ last, gaps, ended }) => last.seq === head.seq && gaps === 0 && !ended).length;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#sessions[Symbol.asyncDispose]();
  }

  get #observer() {
    return {
      ...silentObserver,
      historyRead: () => (this.reads += 1),
      sessionFailed: (error: unknown) => this.failures.push(error),
      brokerFailed: (_channel: ChannelName, error: unknown) => this.failures.push(error),
    };
  }
}

/** Numbers all over the place, the same in each run (Numerical Recipes' generator). */
function scatter(index: number): number {
  return (Math.imul(index + 1, 1_664_525) + 1_013_904_223) >>> 0;
}
