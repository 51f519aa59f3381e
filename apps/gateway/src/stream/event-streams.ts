import type { Writable } from 'node:stream';
import type { Caller } from '../connection/caller.js';
import type { OnClosed } from '../connection/connection.js';
import { closingReason, type Connections } from '../connection/connections.js';
import type { SessionSink } from '../session/session-sink.js';
import type { Sessions } from '../session/sessions.js';
import { SseConnection, type SseContext } from './sse-connection.js';
import type { StreamFormat } from './stream-format.js';
import type { StreamedChannel } from './stream-query.js';

/** The SSE edge, without HTTP: makes event streams of connections. */
export class EventStreams {
  readonly #connections: Connections;
  readonly #sessions: Sessions;
  readonly #context: SseContext;
  readonly #onClosed: OnClosed = (stream) => this.#connections.delete(stream);

  constructor(connections: Connections, sessions: Sessions, context: SseContext) {
    this.#connections = connections;
    this.#sessions = sessions;
    this.#context = context;
  }

  /**
   * A stream on a connection on which the answer's headers were sent, until either side ends it; its channels are yet to be opened.
   * `undefined` where there is no room: the viewer is told to come again.
   */
  begin(
    output: Writable,
    { caller, address }: { readonly caller: Caller; readonly address: string },
    format: StreamFormat,
  ): SseConnection | undefined {
    const stream = new SseConnection(output, caller, format, this.#context, this.#onClosed);
    const refusal = this.#connections.add(stream, address);
    if (refusal) {
      this.#context.observer.streamRefused(refusal);
      stream.close(closingReason(refusal));
      return undefined;
    }
    stream.begin();
    return stream;
  }

  open(stream: SseConnection, channels: readonly StreamedChannel[]): void {
    stream.open(
      channels.map(
        ({ channel, start }) =>
          (sink: SessionSink) =>
            this.#sessions.create(channel, sink, start),
      ),
    );
  }
}
