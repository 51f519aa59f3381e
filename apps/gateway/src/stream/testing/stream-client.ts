import { once } from 'node:events';
import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { createParser, type EventSourceMessage } from 'eventsource-parser';

/** A plain client of an event stream. */
export class StreamClient implements Disposable {
  readonly events: EventSourceMessage[] = [];
  readonly retries: number[] = [];
  ended = false;

  private constructor(readonly response: IncomingMessage) {
    const parser = createParser({
      onEvent: (event) => this.events.push(event),
      onRetry: (retry) => this.retries.push(retry),
    });
    response.setEncoding('utf8');
    response.on('data', (text: string) => parser.feed(text));
    // A body without a length that is cut counts as aborted: what was cut is for the test to say.
    response.on('error', () => undefined);
    response.on('close', () => (this.ended = true));
  }

  static async open(
    url: string,
    headers: Readonly<Record<string, string>> = {},
    method = 'GET',
  ): Promise<StreamClient> {
    const sent = request(url, { headers, method, agent: false });
    sent.end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return new StreamClient(response);
  }

  get status(): number | undefined {
    return this.response.statusCode;
  }

  get headers(): IncomingHttpHeaders {
    return this.response.headers;
  }

  /** The ids of the records. */
  get ids(): readonly string[] {
    return this.events.flatMap(({ event, id }) => (event === 'log' && id !== undefined ? [id] : []));
  }

  /** Closes the connection as a closed browser tab does. */
  [Symbol.dispose](): void {
    this.response.destroy();
  }
}
