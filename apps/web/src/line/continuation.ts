/**
 * The beginnings of lines that belong to the one before: frames and causes of stack traces (Java, JavaScript, Python, Go, .NET), and
 * whatever is indented and not empty.
 */
const CONTINUATION =
  /^(?:[ \t]+\S|Caused by: |\.{3} \d+ more|Suppressed: |goroutine \d+ \[|During handling of the above exception)/;

/** Whether a line reads as the continuation of the one before it. */
export function goesOn(line: string): boolean {
  const first = line.charCodeAt(0);
  // Most lines begin otherwise, and this is asked of every line that arrives.
  return (first === SPACE || first === TAB || MARKS.has(first)) && CONTINUATION.test(line);
}

const SPACE = 0x20;
const TAB = 0x09;
const MARKS = new Set(['C', '.', 'S', 'g', 'D'].map((letter) => letter.charCodeAt(0)));
