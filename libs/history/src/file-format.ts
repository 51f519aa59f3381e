import { isNotice, parseRecord, type ChannelRecord, type Notice } from '@tailgate/protocol';
import { formatPosition } from '@tailgate/protocol';
import { placedJson, type StoredRecord } from './stored-record.js';

/** How a file of records is written, record by record, in their order. */
export interface FileFormat {
  /** Its media type. */
  readonly type: string;
  /** Of the file's name, after its dot. */
  readonly extension: string;
  /** What the record adds to the file. */
  write(record: StoredRecord): string;
  /** What ends the file. */
  end(): string;
}

/** A record a line, with its position as `id`. */
export class NdjsonFormat implements FileFormat {
  readonly type = 'application/x-ndjson; charset=utf-8';
  readonly extension = 'ndjson';

  write(record: StoredRecord): string {
    return `${placedJson(record)}\n`;
  }

  end(): string {
    return '';
  }
}

/**
 * The lines as they were in the file. One that came in parts is put together again, unless others came in between; a notice is a line
 * of its own.
 */
export class TextFormat implements FileFormat {
  readonly type = 'text/plain; charset=utf-8';
  readonly extension = 'log';
  /** The position of the partial record that was written last, whose line has no end yet. */
  #open: string | undefined;

  write({ position, json }: StoredRecord): string {
    const record = parseRecord(json.toString());
    const end = this.#open === undefined || this.#open === continuedBy(record) ? '' : '\n';
    const isOpen = record !== undefined && 'partial' in record;
    this.#open = isOpen ? formatPosition(position) : undefined;
    return `${end}${textOf(record, json)}${isOpen ? '' : '\n'}`;
  }

  end(): string {
    return this.#open === undefined ? '' : '\n';
  }
}

function continuedBy(record: ChannelRecord | undefined): string | undefined {
  return record && 'continues' in record ? record.continues : undefined;
}

/** What is no record is shown as it is. */
function textOf(record: ChannelRecord | undefined, json: Buffer): string {
  if (!record) return json.toString();
  return isNotice(record) ? noticeText(record) : record.line;
}

function noticeText({ notice, bytes }: Notice): string {
  return `[${notice}: ${bytes ?? 'nobody knows how many'} bytes]`;
}
