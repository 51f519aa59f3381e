/**
 * Escape sequences of terminals (ECMA-48, 5.3 to 5.6): control sequences such as colours, commands of the operating system such as
 * window titles and links (also where their end is missing), and the shorter ones. Each is read once: no text takes long.
 */
const SEQUENCES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])/g;

/** The line as a person sees it. */
export function withoutAnsi(line: string): string {
  return line.includes('\u001b') ? line.replace(SEQUENCES, '') : line;
}
