import { parsePosition, position, type ChannelName } from '@tailgate/protocol';
import type { Session } from '../../../apps/gateway/src/session/session.ts';
import type { Sessions } from '../../../apps/gateway/src/session/sessions.ts';
import { RecordingSink, type Sent } from '../../../apps/gateway/src/session/testing/recording-sink.ts';
import { until } from '../../support/until.ts';

/** A viewer of the gateway's core, which writes down all that it is told. */
export class Watcher implements Disposable {
  readonly #sink = new RecordingSink();
  readonly #session: Session;

  /** `after`: the position that it comes back with; else it wants the last 1,000 lines. */
  constructor(sessions: Sessions, channel: ChannelName, after?: string) {
    const cursor = after === undefined ? undefined : parsePosition(after);
    const start = { tail: 1_000, ...(cursor && { after: cursor }) };
    this.#session = sessions.create(channel, this.#sink, start);
    this.#session.open();
  }

  /** All lines that were given, in order. */
  get lines(): readonly string[] {
    return this.#sink.lines;
  }

  /** Where it would go on. */
  get lastId(): string | undefined {
    return this.#sink.lastId;
  }

  /** The gaps and epochs, in order: `gap <reason> <first seq>..<last seq>`, `epoch after <seq>`. */
  get told(): readonly string[] {
    return this.#sink.sent.flatMap((sent) => tale(sent) ?? []);
  }

  /** The lines without those that a gap has named as withdrawn. */
  get standing(): readonly string[] {
    let given: { readonly epoch: number; readonly seq: number; readonly line: string }[] = [];
    for (const sent of this.#sink.sent) {
      if (sent.event === 'log') given.push({ ...(parsePosition(sent.id) ?? position(0, 0)), line: sent.line });
      if (sent.event !== 'gap') continue;
      const [from, to] = [parsePosition(sent.data.from ?? ''), parsePosition(sent.data.to ?? '')];
      if (from && to) given = given.filter((at) => at.epoch !== from.epoch || at.seq < from.seq || at.seq > to.seq);
    }
    return given.map(({ line }) => line);
  }

  /** The records whose number does not follow from the one before, though nothing was said in between. */
  get unannounced(): readonly string[] {
    const all = this.#sink.sent.filter((sent) => sent.event === 'log' || tale(sent) !== undefined);
    return all.flatMap((sent, index) => {
      const previous = all[index - 1];
      if (sent.event !== 'log' || previous?.event !== 'log') return [];
      const { epoch, seq } = parsePosition(previous.id) ?? position(0, 0);
      return sent.id === `${epoch}-${seq + 1}` ? [] : [sent.id];
    });
  }

  /** The states of the channel that it was told. */
  get states(): readonly string[] {
    return this.#sink.sent.flatMap((sent) => (sent.event === 'status' ? [sent.data.state] : []));
  }

  /** Waits until it has been given a line. */
  async has(line: string, limitMs = 25_000): Promise<void> {
    await until(
      () => this.lines.includes(line),
      () => `"${line}"; there were ${JSON.stringify([...this.told, ...this.lines.slice(-5)])}`,
      limitMs,
    );
  }

  [Symbol.dispose](): void {
    this.#session.detach();
  }
}

function tale(sent: Sent): string | undefined {
  if (sent.event === 'epoch') return `epoch after ${seqOf(sent.data.closed)}`;
  if (sent.event === 'gap') return `gap ${sent.data.reason} ${seqOf(sent.data.from)}..${seqOf(sent.data.to)}`;
  return undefined;
}

function seqOf(id: string | null): string {
  return id === null ? '?' : id.slice(id.indexOf('-') + 1);
}
