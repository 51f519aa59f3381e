import type { NoticeKind, Position } from '@tailgate/protocol';
import { formatPosition } from '@tailgate/protocol';

/** What a record says beside its line. */
export interface RecordFields {
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  readonly source?: string | undefined;
  readonly stream?: 'stdout' | 'stderr' | undefined;
  readonly partial?: boolean | undefined;
  readonly continues?: Position | undefined;
  readonly truncated?: number | undefined;
}

/** The part of a record's JSON before its line's text, where that needs no escape. */
export const BEFORE_TEXT = '{"line":"';

/** The rest of it, newline included. */
export function afterText(fields: RecordFields): string {
  return `"${fieldsJson(fields)}}\n`;
}

/** A record as one line of NDJSON. */
export function recordJson(text: string, fields: RecordFields): string {
  return `{"line":${JSON.stringify(text)}${fieldsJson(fields)}}\n`;
}

/** A notice as one line of NDJSON; `notice` stands first, by which gateways tell it from a line without parsing. */
export function noticeJson(notice: NoticeKind, bytes: number | null, fields: RecordFields): string {
  return `{"notice":"${notice}","bytes":${bytes}${fieldsJson(fields)}}\n`;
}

function fieldsJson(fields: RecordFields): string {
  let json = `,"time":${fields.time}`;
  if (fields.source !== undefined) json += `,"source":${JSON.stringify(fields.source)}`;
  if (fields.stream !== undefined) json += `,"stream":"${fields.stream}"`;
  if (fields.partial === true) json += ',"partial":true';
  if (fields.continues !== undefined) json += `,"continues":"${formatPosition(fields.continues)}"`;
  if (fields.truncated !== undefined) json += `,"truncated":${fields.truncated}`;
  return json;
}
