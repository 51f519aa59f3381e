import type { Connected } from '@tailgate/protocol';
import { BareLines } from './bare-lines.js';
import { filteredLines, linesEvents, placedLines } from './lines-events.js';
import type { RecordEncoder } from './record-encoder.js';
import { placedEvents, recordEvents } from './record-events.js';

/** How a stream is written. */
export interface StreamFormat {
  readonly records: RecordEncoder;
  /** Further fields of `connected`'s data. */
  readonly greeting?: (connected: Connected) => Readonly<Record<string, unknown>>;
}

/** What a stream's form depends on. */
export interface StreamShape {
  /** It has several channels. */
  readonly several: boolean;
  readonly filtered: boolean;
  /** `batch=1`. */
  readonly lines: boolean;
}

/** Every form of the stream, once for all viewers, since they share what is encoded. */
export class StreamFormats {
  readonly #events = recordEvents();
  readonly #placedEvents = placedEvents();
  readonly #lines = linesEvents();
  readonly #filteredLines = filteredLines();
  readonly #placedLines = placedLines();

  /** For paths that users of earlier viewers know: each line is an unnamed event. */
  readonly bare: StreamFormat = { records: new BareLines() };

  /** PROTOCOL, "SSE". */
  of({ several, filtered, lines }: StreamShape): StreamFormat {
    if (several) return { records: lines ? this.#placedLines : this.#placedEvents };
    if (!lines) return { records: this.#events };
    return { records: filtered ? this.#filteredLines : this.#lines };
  }
}
