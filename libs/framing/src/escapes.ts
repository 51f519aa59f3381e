import { NEWLINE } from './bytes.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Below it are control characters. */
const SPACE = 0x20;

const SPACES = 0x20202020;
const HIGH_BITS = 0x80808080 | 0;

/** Whether JSON must escape anything in the text of these lines (RFC 8259, section 7), but for their newlines. `bytes`: UTF-8. */
export function needsEscapes(bytes: Buffer): boolean {
  return bytes.includes(QUOTE) || bytes.includes(BACKSLASH) || hasControls(bytes);
}

/** Eight bytes at a time: a regular expression takes several times as long, and more than all else that is done to plain lines. */
function hasControls(bytes: Buffer): boolean {
  const begin = -bytes.byteOffset & 3;
  const words = Math.max(0, (bytes.length - begin) >> 3) * 2;
  if (words === 0) return bytes.some(isControl);
  const view = new Int32Array(bytes.buffer, bytes.byteOffset + begin, words);
  for (let index = 0; index < words; index += 2) {
    const a = view[index] ?? 0;
    const b = view[index + 1] ?? 0;
    // Not 0 where a byte is below a space ("Bit Twiddling Hacks", "Determine if a word has a byte less than n").
    const low = ((a - SPACES) & ~a) | ((b - SPACES) & ~b);
    if ((low & HIGH_BITS) !== 0 && (hasControl(a) || hasControl(b))) return true;
  }
  const end = begin + words * 4;
  return bytes.subarray(0, begin).some(isControl) || bytes.subarray(end).some(isControl);
}

function hasControl(word: number): boolean {
  return (
    isControl(word & 0xff) ||
    isControl((word >>> 8) & 0xff) ||
    isControl((word >>> 16) & 0xff) ||
    isControl(word >>> 24)
  );
}

function isControl(byte: number): boolean {
  return byte < SPACE && byte !== NEWLINE;
}
