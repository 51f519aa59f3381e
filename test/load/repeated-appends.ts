import type { LogBroker } from '@tailgate/broker';
import { TextHash } from '@tailgate/framing';
import { LINE_END, parseChannel, parseRecord, type ChannelName, type HashedText } from '@tailgate/protocol';

/** Lines, as records. */
export interface RepeatedBatch {
  readonly records: number;
  readonly payload: Buffer;
  /** Of the text of these lines; absent for what is appended without a running hash. */
  readonly hash?: HashedText;
}

/** Appends the same lines again and again to some channels, which are told apart by numbers from 0 on, and have nobody else. */
export class RepeatedAppends {
  readonly #broker: LogBroker;
  readonly #batch: RepeatedBatch;
  readonly #channels: readonly { readonly name: ChannelName; step: number }[];

  constructor(broker: LogBroker, folder: string, channels: number, batch: RepeatedBatch) {
    this.#broker = broker;
    this.#batch = batch;
    this.#channels = Array.from({ length: channels }, (_, index) => ({
      name: channelOf(`${folder}/${index}`),
      step: 0,
    }));
  }

  /** One batch. Not before the one before it in this channel is answered. */
  async append(index: number): Promise<void> {
    const channel = this.#channels[index];
    if (!channel) throw new RangeError(`there is no channel ${index}`);
    const { name, step } = channel;
    const { outcome } = await this.#broker.append({
      channel: name,
      source: 'bench',
      expected: step === 0 ? undefined : `step ${step}`,
      next: `step ${step + 1}`,
      ...this.#batch,
    });
    if (outcome !== 'appended') throw new Error('somebody else appends here');
    channel.step += 1;
  }
}

/** As the tailer has it of the lines' bytes, before they are records. */
export function hashOf(payload: Buffer): HashedText {
  const hash = new TextHash();
  for (const json of payload.toString().split('\n')) {
    const record = parseRecord(json);
    if (record && 'line' in record) hash.add(record.line, LINE_END);
  }
  return hash.value;
}

function channelOf(text: string): ChannelName {
  const channel = parseChannel(text);
  if (channel === undefined) throw new Error(`${text} names no channel`);
  return channel;
}
