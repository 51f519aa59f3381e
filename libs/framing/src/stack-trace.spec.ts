import { describe, expect, it } from 'vitest';
import { continuesTrace } from './stack-trace.js';

/** The lines of `trace` that don't go on with the one before. */
function beginnings(trace: string): string[] {
  const lines = trace.split('\n');
  return lines.filter((line, i) => i === 0 || !continuesTrace(line, lines[i - 1] ?? ''));
}

describe('a stack trace is one record', () => {
  it.each([
    [
      'Java',
      `java.lang.IllegalStateException: no
	at com.acme.Main.run(Main.java:7)
	Suppressed: java.io.IOException: closed
		at com.acme.Main.close(Main.java:9)
Caused by: java.lang.NullPointerException
	at com.acme.Main.get(Main.java:3)
	... 12 more`,
    ],
    ['JavaScript', `TypeError: x is not a function\n    at f (file.js:1:2)\n    at async main (file.js:3:4)`],
    [
      'Python',
      `Traceback (most recent call last):
  File "a.py", line 1, in <module>
    f()
ValueError: no
During handling of the above exception, another exception occurred:
Traceback (most recent call last):
  File "a.py", line 3, in <module>
    g()
acme.errors.StrangeError: why`,
    ],
    ['Go', `panic: no\ngoroutine 1 [running]:\n\tmain.go:7 +0x1d`],
    ['.NET', `System.InvalidOperationException: no\n   at Acme.Main() in Main.cs:line 7`],
  ])('%s', (_, trace) => {
    expect(beginnings(trace)).toHaveLength(1);
  });

  it('does not swallow the lines around it', () => {
    const lines = ['INFO begins', 'Error: no', '    at f (file.js:1:2)', 'INFO goes on', 'ValueErrors were counted'];
    expect(beginnings(lines.join('\n'))).toEqual([lines[0], lines[1], lines[3], lines[4]]);
  });

  it('takes an exception’s own line only after an indented one', () => {
    expect(continuesTrace('ValueError: no', '    f()')).toBe(true);
    expect(continuesTrace('ValueError: no', 'INFO')).toBe(false);
  });

  it('leaves blank lines alone', () => {
    expect(continuesTrace('', '  at f')).toBe(false);
    expect(continuesTrace('   ', '  at f')).toBe(false);
  });
});
