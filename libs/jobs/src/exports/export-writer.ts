import { promisify } from 'node:util';
import { gzip as gzipCallback } from 'node:zlib';
import { parseStored, versioned, type Batch, type LogBroker } from '@tailgate/broker';
import { isWanted, NdjsonFormat, Pace, recordsWithin, TextFormat, walkForward, type Range } from '@tailgate/history';
import { formatPosition, parsePosition, type Position, type PositionText } from '@tailgate/protocol';
import { JobFailure } from '../queue/job-failure.js';
import type { JobHandler, JobRun } from '../queue/job-queue.js';
import type { ChunkStore } from './chunk-store.js';
import { exportNoteSchema, type ExportPlan, type ExportProgress } from './export-queue.js';

/** How much text goes into a chunk before it is compressed, or a batch more. */
const CHUNK_CHARS = 1024 * 1024;

const gzip = promisify(gzipCallback);

type Run = JobRun<ExportPlan, ExportProgress>;

/**
 * Writes channels to files. Each chunk is a gzip member of its own (RFC 1952, section 2.2: members follow one another), and notes how far
 * it is: whoever goes on after a crash begins behind the last one.
 */
export function exportWriter(
  broker: Pick<LogBroker, 'readAfter'>,
  chunks: ChunkStore,
): JobHandler<ExportPlan, ExportProgress> {
  return async (run) => {
    const last = await chunks.last(run.id);
    const begun = last ? exportNoteSchema.parse(parseStored(last.note)) : beginningOf(run.data);
    await run.report(begun);
    const { after, before } = rangeOf(begun.cursor, run.data.before);
    const file = new ExportFile(run, chunks, begun);
    for await (const batch of walkForward(broker, run.data.channel, { after, before })) {
      run.signal.throwIfAborted();
      await file.write(batch);
    }
    await file.end();
  };
}

class ExportFile {
  readonly #format;
  #progress: ExportProgress;
  #text = '';

  constructor(
    private readonly run: Run,
    private readonly chunks: ChunkStore,
    begun: ExportProgress,
  ) {
    this.#format = run.data.format === 'text' ? new TextFormat() : new NdjsonFormat();
    this.#progress = begun;
  }

  async write(batch: Batch): Promise<void> {
    const { data } = this.run;
    const range = rangeOf(this.#progress.cursor, data.before);
    const pace = new Pace();
    let { scanned, records, cursor, lost } = this.#progress;
    lost += missing(range.after, batch);
    for (const record of recordsWithin(batch, range)) {
      scanned += 1;
      cursor = formatPosition(record.position);
      if (isWanted(record.json, timesOf(data))) {
        this.#text += this.#format.write(record);
        records += 1;
      }
      if (pace.isOver) await pace.rest();
    }
    this.#progress = { ...this.#progress, scanned, records, cursor, lost };
    // A line that came in parts is not divided: the next writer would not know of its beginning.
    if (this.#text.length >= CHUNK_CHARS && this.#format.end() === '') await this.#flush();
  }

  /** The rest; a file without records is one, too. */
  async end(): Promise<void> {
    this.#text += this.#format.end();
    // The last note says what was looked at in vain, too.
    await this.#flush();
  }

  async #flush(): Promise<void> {
    const { run, chunks } = this;
    const { id, data } = run;
    const bytes = await gzip(this.#text);
    const index = this.#progress.chunks;
    const next = { ...this.#progress, chunks: index + 1, bytes: this.#progress.bytes + bytes.length };
    if (next.bytes > data.maxBytes) {
      await chunks.delete(id);
      throw new JobFailure('too_large', `The file would have more than ${data.maxBytes} bytes: choose a shorter time.`);
    }
    const outcome = await chunks.put(id, index, { note: JSON.stringify(versioned(next)), bytes }, data.expires);
    if (outcome === 'deleted') throw new JobFailure('deleted', 'The export was deleted.');
    // Another worker's, or this one's own, of which it has not heard: the next try begins behind it.
    if (outcome === 'taken') throw new Error('somebody else writes this file');
    this.#text = '';
    this.#progress = next;
    await run.report(next);
  }
}

function beginningOf({ after }: ExportPlan): ExportProgress {
  return { cursor: after, scanned: 0, records: 0, lost: 0, bytes: 0, chunks: 0 };
}

function rangeOf(after: PositionText, before: PositionText): { after: Position; before: Position } & Range {
  const [from, to] = [parsePosition(after), parsePosition(before)];
  if (!from || !to) throw new Error('a plan has positions');
  return { after: from, before: to };
}

function timesOf({ since, until }: ExportPlan) {
  return { ...(since !== undefined && { since }), ...(until !== undefined && { until }) };
}

/** How many records between the cursor and the batch are gone; of another epoch nobody knows. */
function missing(cursor: Position, { first }: Batch): number {
  return first.epoch === cursor.epoch ? Math.max(0, first.seq - cursor.seq - 1) : 0;
}
