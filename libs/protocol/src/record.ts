import type { PositionText } from './position.js';

export const STREAM_NAMES = ['stdout', 'stderr'] as const;

export type StreamName = (typeof STREAM_NAMES)[number];

/** One line of a source, as it is stored and sent: a JSON object on one line. Readers ignore fields that they don't know. */
export interface LogRecord {
  /** The line's text without its line ending. */
  readonly line: string;
  /** Milliseconds since the Unix epoch: the line's own time where its format has one, else when it was read. */
  readonly time: number;
  /** Host, pod or file, where the channel has several. */
  readonly source?: string;
  readonly stream?: StreamName;
  readonly level?: string;
  /** No newline was seen yet; the record that goes on names this one's position in `continues`. */
  readonly partial?: true;
  /** The position of the partial record that this one goes on from. */
  readonly continues?: PositionText;
  /** The line's true length in bytes, where it was cut. */
  readonly truncated?: number;
  /** Not stored: the channel's running hash up to here, which the last record of a batch has (`parseHashMark`). */
  readonly hash?: string;
}

export const NOTICE_KINDS = ['file-truncated', 'file-replaced', 'bytes-skipped', 'undecodable'] as const;

export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** What could not be delivered, numbered like a line. */
export interface Notice {
  readonly notice: NoticeKind;
  /** Milliseconds since the Unix epoch, when it was noticed. */
  readonly time: number;
  /** How many bytes are missing; `null` where that can't be known. */
  readonly bytes: number | null;
  readonly source?: string;
  /** As of a line. */
  readonly hash?: string;
}

export type ChannelRecord = LogRecord | Notice;

export function isNotice(record: ChannelRecord): record is Notice {
  return 'notice' in record;
}
