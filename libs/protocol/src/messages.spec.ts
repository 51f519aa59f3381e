import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  CLOSE_CODES,
  closeOf,
  ERRORS,
  formatPosition,
  isPattern,
  parseClientFrame,
  parseCursor,
  parsePattern,
  parsePosition,
  parseProblem,
  parseSelector,
  parseServerFrame,
  position,
  printCursor,
  problem,
} from './index.js';
import { anyPosition } from './testing/arbitraries.js';
import { junkOf } from './testing/junk.js';
import { clientFrame } from './testing/messages.js';

describe('a refused frame says what was wrong and what is allowed', () => {
  test.each([
    ['', 'bad_frame', 'a frame must be JSON'],
    ['nope', 'bad_frame', 'a frame must be JSON'],
    ['[]', 'bad_frame', 'a frame must be a JSON object'],
    ['{}', 'bad_frame', 'type is missing: it must be one of subscribe, unsubscribe, pause, resume, ping, auth'],
    [
      '{"type":"toString"}',
      'bad_frame',
      'type must be one of subscribe, unsubscribe, pause, resume, ping, auth, not "toString"',
    ],
    ['{"type":"subscribe"}', 'bad_channel', /^channel is missing: it must be a channel \(kind\/name\) or a pattern/],
    ['{"type":"pause","channel":"Host/h5"}', 'bad_channel', /^channel must be .*, not "Host\/h5"$/],
    [
      '{"type":"subscribe","channel":"a/b","after":"01-1"}',
      'bad_position',
      /^after must be a position .*, not "01-1"$/,
    ],
    [
      '{"type":"subscribe","channel":"a/b","tail":-1}',
      'bad_frame',
      'tail must be an integer from 0 to 2^53 - 1, not -1',
    ],
    ['{"type":"subscribe","channel":"a/b","grepFlags":"g"}', 'bad_frame', 'grepFlags must be "i", not "g"'],
    ['{"type":"subscribe","channel":"a/*","cursors":{"a/b":"1"}}', 'bad_position', /^cursors\.a\/b must be a position/],
    [
      '{"type":"subscribe","channel":"a/*","cursors":{"a":"1-1"}}',
      'bad_channel',
      /^cursors must be .* keys .*, not "a"$/,
    ],
    [
      '{"type":"ping","time":"now"}',
      'bad_frame',
      'time must be an integer, milliseconds since the Unix epoch, not "now"',
    ],
  ] as const)('%s', (text, code, message) => {
    const result = parseClientFrame(text);
    if (result.ok) throw new Error('the frame was taken');
    expect(result.code).toBe(code);
    if (typeof message === 'string') expect(result.message).toBe(message);
    else expect(result.message).toMatch(message);
  });

  test.each([
    '{"type":"records","channel":"a/b","first":"1-1","records":[{"line":"x","time":1},{"line":"y"}]}',
    '{"type":"records","channel":"a/b","first":"1-1","records":[{"line":"x","time":1}],"ids":[]}',
    '{"type":"news"}',
  ])('but a client skips it: %s', (text) => {
    expect(parseServerFrame(text)).toBeUndefined();
  });

  test.each([
    JSON.stringify({ type: '\u001b\n'.repeat(50_000) }),
    JSON.stringify({ type: 'pause', channel: '\u{1f4a9}'.repeat(50_000) }),
    JSON.stringify({ type: 'subscribe', channel: 'a/*', cursors: { ['x'.repeat(100_000)]: '1-1' } }),
  ])('in one short line, however long the frame (case %#)', (text) => {
    const result = parseClientFrame(text);
    const message = result.ok ? '' : result.message;
    expect(message).toMatch(/…$/);
    expect(['\r', '\n', '\u001b'].filter((control) => message.includes(control))).toEqual([]);
    expect(message.length).toBeLessThan(1024);
  });

  test.each(['{"type":"auth","token":"secret', '"secret"', '["secret"]', '{"type":"auth","token":["secret"]}'])(
    'and does not show what may be a token: %s',
    (text) => expect(JSON.stringify(parseClientFrame(text))).not.toContain('secret'),
  );

  test('in one line that is short, whatever was sent', () => {
    fc.assert(
      fc.property(junkOf(clientFrame), (text) => {
        const result = parseClientFrame(text);
        if (result.ok) return;
        expect(result.message).not.toMatch(/[\r\n]/);
        expect(result.message.length).toBeLessThan(1024);
        expect(result.code in ERRORS).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

test('a pattern is told from a name', () => {
  expect(parsePattern('host/h5')).toBeUndefined();
  expect(parsePattern('host/*')).toBe('host/*');
  const tell = (text: string): boolean | undefined => {
    const selector = parseSelector(text);
    return selector && isPattern(selector);
  };
  expect(['host/h5', 'host/h*', '*/*', '*'].map(tell)).toEqual([false, true, true, undefined]);
});

describe('a cursor', () => {
  test('is read as it was printed', () => {
    fc.assert(
      fc.property(fc.array(anyPosition, { minLength: 1, maxLength: 16 }), (positions) => {
        expect(parseCursor(printCursor(positions))).toEqual(positions);
      }),
    );
  });

  test.each(['', ',', '1-1,', ',1-1', '1-1,,1-1', '1-1, 1-1', '1-1;1-1', '1-1,x'])('is not %j', (text) => {
    expect(parseCursor(text)).toBeUndefined();
  });
});

describe('a position', () => {
  test('is read as it was printed', () => {
    fc.assert(
      fc.property(anyPosition, (one) => {
        expect(parsePosition(formatPosition(one))).toEqual(one);
      }),
    );
  });

  test.each([-1, 0.5, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY])('has no %d', (number) => {
    expect(() => position(number, 0)).toThrow(RangeError);
    expect(() => position(0, number)).toThrow(RangeError);
  });
});

describe('a problem', () => {
  test('has the status and the title of its code', () => {
    expect(problem('channel_not_found')).toEqual({ code: 'channel_not_found', status: 404, title: 'No such channel' });
    expect(problem('bad_position', 'after: x')).toMatchObject({
      code: 'bad_position',
      status: 400,
      detail: 'after: x',
    });
  });

  test('of a newer server is read too, an error page of a proxy is not', () => {
    expect(parseProblem('{"code":"new_code","status":418,"title":"New","type":"about:blank"}')).toEqual({
      code: 'new_code',
      status: 418,
      title: 'New',
    });
    expect(parseProblem('<html>502</html>')).toBeUndefined();
    expect(parseProblem('{"status":502,"title":"Bad Gateway"}')).toBeUndefined();
  });

  test('has a code in snake case, and the status of an error', () => {
    for (const [code, { status, title }] of Object.entries(ERRORS)) {
      expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(status >= 400 && status < 600).toBe(true);
      expect(title).not.toBe('');
    }
  });
});

test('a close code says whether to come back', () => {
  const retries = Object.values(CLOSE_CODES).map(({ code }) => [code, closeOf(code).retry]);
  expect(Object.fromEntries(retries)).toEqual({
    1001: 'back-off',
    1006: 'back-off',
    1009: 'never',
    1011: 'back-off',
    1012: 'back-off',
    4400: 'never',
    4401: 'new-token',
    4403: 'never',
    4408: 'back-off',
    4429: 'back-off',
  });
  expect(closeOf(4999)).toEqual({ name: 'broken', retry: 'back-off' });
});
