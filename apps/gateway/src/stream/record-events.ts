import { formatPosition, type ChannelName, type Position } from '@tailgate/protocol';
import { chunkRecords, hashField, positionAt, type Chunk } from '../filter/chunk.js';
import { closingBrace, isNoticeAt, recordSpans, withoutCr } from './record-bytes.js';
import { EncodedChunks } from './encoded-chunks.js';
import { eventsFrom, type EncodedEvents, type RecordEncoder } from './record-encoder.js';
import { EVENT_END } from './sse-encoder.js';

/** What stands around each record, in ASCII. */
interface Frame {
  readonly head: (at: Position, isNotice: boolean) => string;
  /** Fields that are added to the record, beginning with a comma; empty where there are none. */
  readonly fields: (at: Position, channel: ChannelName) => string;
}

const BEGIN_LOG = 'event: log\ndata: ';
const BEGIN_NOTICE = 'event: notice\ndata: ';

/** An event a record, `log` or `notice`, whose id is the record's position: the stream of one channel. */
export function recordEvents(): RecordEncoder {
  const head = ({ epoch, seq }: Position, isNotice: boolean): string =>
    `id: ${epoch}-${seq}\n${isNotice ? BEGIN_NOTICE : BEGIN_LOG}`;
  return new RecordEvents('inside', { head, fields: () => '' });
}

/** An event a record that says its channel and position: the streams of several channels, whose ids differ from viewer to viewer. */
export function placedEvents(): RecordEncoder {
  const head = (_: Position, isNotice: boolean): string => (isNotice ? BEGIN_NOTICE : BEGIN_LOG);
  return new RecordEvents('each', { head, fields: placedFields });
}

/** The fields that say where a record is from. */
export function placedFields(at: Position, channel: ChannelName): string {
  return `,"channel":"${channel}","id":"${formatPosition(at)}"`;
}

class RecordEvents implements RecordEncoder {
  readonly #frame: Frame;
  readonly #encoded = new EncodedChunks();

  constructor(
    readonly ids: 'inside' | 'each',
    frame: Frame,
  ) {
    this.#frame = frame;
  }

  encode(chunk: Chunk, from: number, channel: ChannelName): EncodedEvents {
    const all = this.#encoded.of(chunk, 0, () => encodeAll(chunk, channel, this.#frame));
    return from === 0 ? all : this.#encoded.of(chunk, from, () => eventsFrom(all, from));
  }
}

function encodeAll(chunk: Chunk, channel: ChannelName, { head, fields }: Frame): EncodedEvents {
  const payload = withoutCr(chunk.payload);
  const starts = new Uint32Array(chunkRecords(chunk));
  // The last position has as many digits as any.
  const mostBeside = head(chunk.last, true).length + fields(chunk.last, channel).length + EVENT_END.length;
  const hash = hashField(chunk);
  const bytes = Buffer.allocUnsafeSlow(payload.length + starts.length * mostBeside + hash.length);
  let written = 0;
  for (const span of recordSpans(chunk, payload)) {
    const at = positionAt(chunk, span.index);
    const added = fields(at, channel) + (span.index === starts.length - 1 ? hash : '');
    const end = added === '' ? span.end : closingBrace(payload, span);
    starts[span.index] = written;
    written += bytes.write(head(at, isNoticeAt(payload, span.start)), written, 'latin1');
    written += payload.copy(bytes, written, span.start, end);
    written += bytes.write(added === '' ? EVENT_END : `${added}}${EVENT_END}`, written, 'latin1');
  }
  return { bytes: bytes.subarray(0, written), starts };
}
