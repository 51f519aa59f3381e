import { parseRecord, type ChannelRecord } from '@tailgate/protocol';

/** What a record says, but for its time. */
export type Expected =
  | { readonly line: string; readonly truncated?: number; readonly partial?: true }
  | { readonly notice: 'bytes-skipped'; readonly bytes: number };

/**
 * What a file's bytes are as records, by the rules and nothing else: a byte at a time, with no thought of speed. The last line,
 * without a newline, is partial.
 */
export function slowFraming(bytes: Buffer, maxLineBytes: number): Expected[] {
  const records: Expected[] = [];
  let line: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const nuls = nulsAt(bytes, at);
    if (nuls >= 16 || (at === 0 && nuls > 0)) {
      if (line.length > 0) records.push(record(line, maxLineBytes));
      line = [];
      records.push({ notice: 'bytes-skipped', bytes: nuls });
      at += nuls;
      continue;
    }
    // A NUL that is no hole is text, and so are those that follow it.
    for (const end = at + Math.max(nuls, 1); at < end; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === 0x0a) {
        records.push(record(line, maxLineBytes));
        line = [];
      } else line.push(byte);
    }
  }
  if (line.length > 0) records.push({ ...text(line, maxLineBytes), partial: true });
  return records;
}

/** The records of a batch's payload, without what the framing doesn't decide. */
export function framed(payload: Buffer): Expected[] {
  return payload
    .toString()
    .split('\n')
    .slice(0, -1)
    .map((json) => expected(parseRecord(json), json));
}

function expected(record: ChannelRecord | undefined, json: string): Expected {
  if (record === undefined) throw new Error(`not a record: ${json}`);
  if ('notice' in record) {
    if (record.notice !== 'bytes-skipped' || record.bytes === null) throw new Error(`unexpected: ${json}`);
    return { notice: record.notice, bytes: record.bytes };
  }
  const { line, truncated, partial } = record;
  return { line, ...(truncated !== undefined && { truncated }), ...(partial === true && { partial }) };
}

function nulsAt(bytes: Buffer, at: number): number {
  let end = at;
  while (end < bytes.length && bytes[end] === 0) end++;
  return end - at;
}

function record(line: number[], maxLineBytes: number): Expected {
  return text(line.at(-1) === 0x0d ? line.slice(0, -1) : line, maxLineBytes);
}

function text(line: number[], maxLineBytes: number): { line: string; truncated?: number } {
  const bytes = Buffer.from(line);
  if (bytes.length <= maxLineBytes) return { line: bytes.toString() };
  // The latest place, at most three bytes back, where a character may begin.
  const places = [0, 1, 2, 3].map((back) => maxLineBytes - back).filter((at) => at >= 0 && beginsCharacter(bytes, at));
  return { line: bytes.subarray(0, places[0] ?? maxLineBytes).toString(), truncated: line.length };
}

function beginsCharacter(bytes: Buffer, at: number): boolean {
  return ((bytes[at] ?? 0) & 0xc0) !== 0x80;
}
