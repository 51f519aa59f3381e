import { Random } from '../support/viewing/random.ts';
import { until } from '../support/until.ts';
import { dialEventStream } from './dial-event-stream.ts';
import { dialSocket } from './dial-socket.ts';
import { Reading, type OnLine } from './reading.ts';
import { RoamingViewer } from './roaming-viewer.ts';

/** How long the last lines may take to all viewers. */
const SETTLE_MS = 60_000;

interface ViewersOptions {
  readonly count: number;
  readonly channels: readonly string[];
  readonly gateways: readonly string[];
  readonly stayMs: number;
  /** Default: false. Whether gateways may end connections. */
  readonly mayEnd?: boolean;
  readonly onLine: OnLine;
}

/** Viewers of all channels at all gateways, half of them over event streams and half over WebSockets, until they are disposed of. */
export class Viewers implements Disposable {
  readonly #viewers: readonly RoamingViewer[];

  constructor({ count, channels, gateways, stayMs, mayEnd = false, onLine }: ViewersOptions) {
    this.#viewers = Array.from({ length: count }, (_, index) => {
      // Neighbours watch the same channel by different transports, and the next two begin at the other gateway.
      const pair = Math.floor(index / 2);
      return new RoamingViewer({
        reading: new Reading(channels[pair % channels.length] ?? '', onLine),
        gateways: pair % 2 === 0 ? gateways : gateways.toReversed(),
        dial: index % 2 === 0 ? dialEventStream : dialSocket,
        random: new Random(index),
        stayMs,
        mayEnd,
      });
    });
  }

  /** How many connections there were. */
  get opened(): number {
    return this.#viewers.reduce((sum, { connections }) => sum + connections, 0);
  }

  get problems(): readonly string[] {
    return this.#viewers.flatMap(({ reading }) => reading.problems);
  }

  /** Waits until each has this line of its channel, or a later one. Answers what did not come. */
  async settle(lastNumbers: ReadonlyMap<string, number>): Promise<readonly string[]> {
    const readings = this.#viewers.map(({ reading }) => reading);
    const waiting = (): readonly Reading[] =>
      readings.filter(({ channel, lastNumber }) => lastNumber < (lastNumbers.get(channel) ?? 0));
    await until(
      () => waiting().length === 0,
      () => 'all lines',
      SETTLE_MS,
    ).catch(() => undefined);
    return waiting().map(
      ({ channel, lastNumber }) => `${channel}: line ${lastNumber} of ${lastNumbers.get(channel) ?? 0} was the last`,
    );
  }

  [Symbol.dispose](): void {
    for (const viewer of this.#viewers) viewer[Symbol.dispose]();
  }
}
