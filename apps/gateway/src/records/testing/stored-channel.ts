import { MemoryBroker } from '@tailgate/broker';
import {
  formatPosition,
  parseChannel,
  position,
  printRecord,
  type ChannelName,
  type Position,
} from '@tailgate/protocol';

/** What was appended: the record as it is told, with its position. */
export interface Told {
  readonly id: string;
  readonly line: string;
  readonly time: number;
}

/** A channel of a broker in memory that a test fills, on a clock of its own. */
export class StoredChannel {
  readonly channel: ChannelName;
  readonly broker: MemoryBroker;
  /** Every record that was appended, oldest first. */
  readonly records: Told[] = [];
  now = 1_000_000;
  #head: Position | undefined;
  #appends = 0;

  constructor(retainLines = 100_000) {
    const channel = parseChannel('deployment/web');
    if (!channel) throw new Error('not a channel');
    this.channel = channel;
    this.broker = new MemoryBroker({ retainLines, clock: () => this.now });
  }

  /** One batch. `behind`: how much older than the moment each record says that it is. */
  async append(lines: readonly string[], behind = 0, newEpoch = false): Promise<void> {
    const time = this.now - behind;
    const { epoch, seq } = this.#head ?? position(0, 0);
    const answer = await this.broker.append({
      channel: this.channel,
      source: `${(this.#appends += 1)}`,
      expected: undefined,
      next: 'appended',
      records: lines.length,
      payload: Buffer.from(lines.map((line) => `${printRecord({ line, time })}\n`).join('')),
      ...(newEpoch && { seen: position(epoch, seq + 1) }),
    });
    const { last } = answer.outcome === 'appended' ? answer : { last: position(0, 0) };
    for (const [index, line] of lines.entries()) {
      this.records.push({ id: formatPosition(position(last.epoch, last.seq - lines.length + 1 + index)), line, time });
    }
    this.#head = last;
  }
}
