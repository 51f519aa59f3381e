import type { LogBroker } from '@tailgate/broker';
import { TextHash } from '@tailgate/framing';
import { formatPosition, LINE_END, position, printRecord, type ChannelName, type Position } from '@tailgate/protocol';

/** Appends numbered lines to a channel, as a tailer does, and remembers which position each was given. */
export class ChannelWriter {
  readonly #broker: Pick<LogBroker, 'append'>;
  readonly #channel: ChannelName;
  readonly #lines = new Map<string, string>();
  #checkpoint: string | undefined;
  #written = 0;
  #head: Position | undefined;

  constructor(broker: Pick<LogBroker, 'append'>, channel: ChannelName) {
    this.#broker = broker;
    this.#channel = channel;
  }

  /** Every line by its printed position, in the order of appending. */
  get lines(): ReadonlyMap<string, string> {
    return this.#lines;
  }

  get head(): Position | undefined {
    return this.#head;
  }

  /** One batch. With `seen` beyond the head, the broker opens a new epoch for it. */
  async append(count: number, seen?: Position): Promise<Position> {
    const lines = Array.from({ length: count }, (_, index) => `line ${this.#written + index + 1}`);
    const next = `${this.#checkpoint ?? ''}+`.slice(-1000) + String(this.#written + count);
    const hash = new TextHash();
    for (const line of lines) hash.add(line, LINE_END);
    const answer = await this.#broker.append({
      channel: this.#channel,
      source: '/var/log/test.log',
      expected: this.#checkpoint,
      next,
      records: count,
      payload: Buffer.from(lines.map((line) => `${printRecord({ line, time: this.#written })}\n`).join('')),
      hash: hash.value,
      ...(seen && { seen }),
    });
    if (answer.outcome === 'conflict') throw new Error('another appended as this source');
    this.#checkpoint = next;
    this.#written += count;
    const { epoch, seq } = answer.last;
    for (const [index, line] of lines.entries()) {
      this.#lines.set(formatPosition(position(epoch, seq - count + 1 + index)), line);
    }
    this.#head = answer.last;
    return answer.last;
  }

  /** One batch in a new epoch. */
  appendInNewEpoch(count: number): Promise<Position> {
    const { epoch, seq } = this.#head ?? position(0, 0);
    return this.append(count, position(epoch, seq + 1));
  }
}
