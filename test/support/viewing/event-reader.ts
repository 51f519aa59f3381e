export interface StreamEvent {
  readonly name: string;
  readonly data: string;
  /** The id that came with this event, if one did. */
  readonly id: string | undefined;
}

/** Reads an event stream as WHATWG HTML 9.2.6 says, in a few lines that share nothing with the product. */
export class EventReader {
  #text = '';
  #name = '';
  #data: string[] = [];
  #id: string | undefined;
  readonly #decoder = new TextDecoder();
  readonly #onEvent: (event: StreamEvent) => void;

  constructor(onEvent: (event: StreamEvent) => void) {
    this.#onEvent = onEvent;
  }

  read(bytes: Uint8Array): void {
    this.#text += this.#decoder.decode(bytes, { stream: true });
    const lines = this.#text.split('\n');
    this.#text = lines.pop() ?? '';
    for (const line of lines) this.#line(line.endsWith('\r') ? line.slice(0, -1) : line);
  }

  #line(line: string): void {
    if (line === '') {
      this.#dispatch();
      return;
    }
    const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
    if (field === 'event') this.#name = value;
    if (field === 'data') this.#data.push(value);
    if (field === 'id') this.#id = value;
  }

  #dispatch(): void {
    if (this.#data.length > 0)
      this.#onEvent({ name: this.#name || 'message', data: this.#data.join('\n'), id: this.#id });
    this.#name = '';
    this.#data = [];
    this.#id = undefined;
  }
}
