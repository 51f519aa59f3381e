const CONTINUATIONS = [
  // Java, JavaScript, .NET, Python, Ruby and Go indent the frames.
  /^\s+\S/,
  /^Caused by: /,
  /^Suppressed: /,
  /^\s*\.\.\. \d+ (?:more|common frames omitted)/,
  // Python's next trace of a chain, and Go's goroutines.
  /^(?:During handling of the above exception|The above exception was the direct cause)/,
  /^Traceback \(most recent call last\):/,
  /^goroutine \d+ \[/,
];

/** Whether `line` goes on with the stack trace, or other indented block, of the line before it. */
export function continuesTrace(line: string, before: string): boolean {
  if (CONTINUATIONS.some((pattern) => pattern.test(line))) return true;
  // Python ends a trace with the exception's own line, which isn't indented.
  return /^\s+\S/.test(before) && /^[A-Za-z_][\w.]*(?:Error|Exception|Exit|Interrupt|Warning)\b/.test(line);
}
