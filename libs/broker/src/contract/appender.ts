import type { ChannelName, Position } from '@tailgate/protocol';
import type { AppendAnswer, AppendRequest, LogBroker } from '../log-broker.js';
import { WEB } from './contract-test.js';
import { payloadOf } from './records.js';

/** Appends as a tailer does, from one source to one channel, and knows the checkpoint that it has stored. */
export class Appender {
  checkpoint: string | undefined;
  #step = 0;

  constructor(
    readonly broker: LogBroker,
    readonly channel: ChannelName = WEB,
    readonly source = 'source',
  ) {}

  /** The append of these lines that would succeed now; with a checkpoint that no other request has. */
  request(lines: readonly string[], seen?: Position): AppendRequest {
    this.#step += 1;
    const { channel, source, checkpoint: expected } = this;
    const next = `${source}@${this.#step}`;
    const base = { channel, source, expected, next, records: lines.length, payload: payloadOf(lines) };
    return seen === undefined ? base : { ...base, seen };
  }

  /** Appends the lines as one batch; answers the position of the last, or the head where there are none. */
  async append(lines: readonly string[], seen?: Position): Promise<Position> {
    return this.send(this.request(lines, seen));
  }

  /** Does an append that must succeed. */
  async send(request: AppendRequest): Promise<Position> {
    const last = positionOf(await this.broker.append(request));
    this.checkpoint = request.next;
    return last;
  }
}

/** The position that an append answered; throws where it answered a conflict. */
export function positionOf(answer: AppendAnswer): Position {
  if (answer.outcome !== 'appended') throw new Error(`a conflict with ${answer.stored?.checkpoint ?? 'no checkpoint'}`);
  return answer.last;
}
