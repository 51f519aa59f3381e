/**
 * What a terminal may obey: CSI sequences (ECMA-48, 5.4), OSC strings with their end, and whatever control characters are left but the
 * tab. A sequence without its first character is only text.
 */
const CONTROL = /\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|[\x00-\x08\x0a-\x1f\x7f-\x9f]/g;

/** Colours and other looks: SGR (ECMA-48, 8.3.117). */
const LOOK = /^\x1b\[[0-9;:]*m$/;

const RESET = '\x1b[0m';

/**
 * The line as a terminal may have it: it can change the looks of its own text (where `colours` are wanted), and nothing else: not
 * move the cursor, set the title, answer for the user, or touch the clipboard.
 */
export function tamed(line: string, colours: boolean): string {
  const text = line.replace(CONTROL, (sequence) => (colours && LOOK.test(sequence) ? sequence : ''));
  // What is left of escapes are looks.
  return text.includes('\x1b') ? text + RESET : text;
}
