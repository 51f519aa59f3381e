/** LF ends a line; a CR before it is not part of the text. */
export const NEWLINE = 0x0a;
export const CARRIAGE_RETURN = 0x0d;

/** A line is divided at this length, newline or not. */
export const LONGEST_LINE = 64 * 1024 * 1024;

/** So many NULs in a row are a hole, left by a truncation or a crash, and not text. */
const MIN_HOLE = 16;

/** Where the first hole begins, or -1. At a file's very beginning a single NUL is one: a writer went on at its old offset. */
export function findHole(bytes: Buffer, atBeginning: boolean): number {
  if (atBeginning && bytes[0] === 0) return 0;
  for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, at)) {
    const end = endOfNuls(bytes, at);
    if (end - at >= MIN_HOLE) return at;
    at = end;
  }
  return -1;
}

const ZEROS = Buffer.alloc(64 * 1024);

/** The index of the first byte from `at` on that is not NUL, or the length. */
export function endOfNuls(bytes: Buffer, at: number): number {
  let end = at;
  while (end + ZEROS.length <= bytes.length && ZEROS.equals(bytes.subarray(end, end + ZEROS.length)))
    end += ZEROS.length;
  while (end < bytes.length && bytes[end] === 0) end++;
  return end;
}

/** The line's bytes without a CR at the end. */
export function withoutReturn(line: Buffer): Buffer {
  return line[line.length - 1] === CARRIAGE_RETURN ? line.subarray(0, -1) : line;
}

/** The line's text (invalid UTF-8 becomes U+FFFD, WHATWG Encoding), cut at `maxBytes`, and the true length in bytes where it was. */
export function decodeLine(line: Buffer, maxBytes: number): { readonly text: string; readonly truncated?: number } {
  if (line.length <= maxBytes) return { text: line.toString('utf8') };
  return { text: line.subarray(0, characterBoundary(line, maxBytes)).toString('utf8'), truncated: line.length };
}

/** The last index not after `at` where no UTF-8 sequence is divided. */
function characterBoundary(bytes: Buffer, at: number): number {
  for (let start = at; start > at - 4 && start >= 0; start--) {
    if (((bytes[start] ?? 0) & 0xc0) !== 0x80) return start;
  }
  return at;
}

/** How many bytes at the end may still belong to what comes: a CR before an LF, or the beginning of a UTF-8 sequence. */
export function unfinishedBytes(bytes: Buffer): number {
  const length = bytes.length;
  if (bytes[length - 1] === CARRIAGE_RETURN) return 1;
  for (let back = 1; back <= 3 && back <= length; back++) {
    const byte = bytes[length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 && byte <= 0xf4 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 1;
    return byte < 0xf5 && needed > back ? back : 0;
  }
  return 0;
}
