import type { IncomingHttpHeaders } from 'node:http';
import type { Connected } from '@tailgate/protocol';
import { BareLines } from './bare-lines.js';
import { filteredLines, linesEvents, placedLines } from './lines-events.js';
import type { RecordEncoder } from './record-encoder.js';
import { placedEvents, recordEvents } from './record-events.js';
import { GzipCoding, identity, takesGzip, type StreamCoding } from './stream-coding.js';

/** How a stream is written. */
export interface StreamFormat {
  readonly records: RecordEncoder;
  readonly coding: StreamCoding;
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
  /** Of the request, which say how the viewer takes it. */
  readonly headers: IncomingHttpHeaders;
}

/** Every form of the stream, once for all viewers, since they share what is encoded. */
export class StreamFormats {
  readonly #events = recordEvents();
  readonly #placedEvents = placedEvents();
  readonly #lines = linesEvents();
  readonly #filteredLines = filteredLines();
  readonly #placedLines = placedLines();
  readonly #bare = new BareLines();
  readonly #gzip: StreamCoding;

  /** `compresses`: for viewers who take it. */
  constructor(compresses: boolean) {
    this.#gzip = compresses ? new GzipCoding() : identity;
  }

  /** PROTOCOL, "SSE". */
  of({ headers, ...shape }: StreamShape): StreamFormat {
    return this.#coded(this.#recordsOf(shape), headers);
  }

  /** For paths that users of earlier viewers know: each line is an unnamed event. */
  bare(headers: IncomingHttpHeaders): StreamFormat {
    return this.#coded(this.#bare, headers);
  }

  #recordsOf({ several, filtered, lines }: Omit<StreamShape, 'headers'>): RecordEncoder {
    if (several) return lines ? this.#placedLines : this.#placedEvents;
    if (!lines) return this.#events;
    return filtered ? this.#filteredLines : this.#lines;
  }

  /** Where each record stands behind an id of its viewer's own, there is nothing to compress for all. */
  #coded(records: RecordEncoder, headers: IncomingHttpHeaders): StreamFormat {
    return { records, coding: records.ids !== 'each' && takesGzip(headers) ? this.#gzip : identity };
  }
}
