/** An event as it stood on the stream. */
export interface RawEvent {
  /** `message` where the stream named none. */
  readonly name: string;
  readonly data: string;
  /** What the stream's `id` field says as of this event; empty where it never said anything. */
  readonly lastEventId: string;
}

/** An event stream's text, decoded, in pieces that end anywhere, to events: WHATWG HTML, "Server-sent events", 9.2.6. */
export class EventParser {
  readonly #onEvent: (event: RawEvent) => void;
  readonly #onRetry: (milliseconds: number) => void;
  /** The beginning of a line whose end has not come. */
  #rest = '';
  /** A CR was the last character: an LF that comes next belongs to it. */
  #endedWithCr = false;
  #name = '';
  #data: string[] = [];
  #lastEventId = '';

  /** `onRetry` is told after how long the server wants its clients back; of more than 999,999 ms it is not, which no timer may take. */
  constructor(onEvent: (event: RawEvent) => void, onRetry: (milliseconds: number) => void) {
    this.#onEvent = onEvent;
    this.#onRetry = onRetry;
  }

  feed(piece: string): void {
    if (piece === '') return;
    const text = this.#endedWithCr && piece.startsWith('\n') ? piece.slice(1) : piece;
    this.#endedWithCr = piece.endsWith('\r');
    const lines = text.split(/\r\n|\n|\r/);
    const rest = lines.pop() ?? '';
    for (const line of lines) {
      this.#line(this.#rest + line);
      this.#rest = '';
    }
    this.#rest += rest;
  }

  #line(line: string): void {
    if (line === '') {
      this.#dispatch();
      return;
    }
    const colon = line.indexOf(':');
    const end = colon < 0 ? line.length : colon;
    this.#field(line.slice(0, end), line.slice(end + 1).replace(/^ /, ''));
  }

  #field(field: string, value: string): void {
    if (field === 'data') this.#data.push(value);
    else if (field === 'event') this.#name = value;
    else if (field === 'id' && !value.includes('\0')) this.#lastEventId = value;
    else if (field === 'retry' && /^\d{1,6}$/.test(value)) this.#onRetry(Number(value));
  }

  /** An event without data is none. */
  #dispatch(): void {
    const [name, data] = [this.#name, this.#data];
    this.#name = '';
    this.#data = [];
    if (data.length === 0) return;
    this.#onEvent({ name: name || 'message', data: data.join('\n'), lastEventId: this.#lastEventId });
  }
}
