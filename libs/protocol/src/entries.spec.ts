import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { printFrame, printRecord, printStreamEvent } from './index.js';
import { anyText, channel, HOSTILE, pattern, positionText, record, selector } from './testing/arbitraries.js';
import { ENTRIES, type Entry } from './testing/entry.js';
import { junkOf } from './testing/junk.js';
import { anyProblem, clientFrame, serverFrame, streamEvent } from './testing/messages.js';

/** Each kind of message that is JSON text: how to make one, print it, and parse it. */
function messages(entry: Entry) {
  return [
    { kind: 'record', some: record.map((one) => ({ one, text: printRecord(one) })), parse: entry.record },
    {
      kind: 'client frame',
      some: clientFrame.map((one) => ({ one, text: printFrame(one) })),
      parse: entry.clientFrame,
    },
    {
      kind: 'server frame',
      some: serverFrame.map((one) => ({ one, text: printFrame(one) })),
      parse: entry.serverFrame,
    },
    { kind: 'problem', some: anyProblem.map((one) => ({ one, text: JSON.stringify(one) })), parse: entry.problem },
  ];
}

describe.each(Object.entries(ENTRIES))('the %s entry', (_, entry) => {
  names(entry);
  positions(entry);
  records(entry);

  describe.each(messages(entry))('a $kind', ({ some, parse }) => {
    test('is read as it was printed, on one line', () => {
      fc.assert(
        fc.property(some, ({ one, text }) => {
          expect(text).not.toMatch(/[\r\n]/);
          expect(parse(text)).toStrictEqual(one);
        }),
      );
    });

    test('is read without the fields that nobody knows', () => {
      fc.assert(
        fc.property(some, anyText, fc.json(), ({ one, text }, name, value) => {
          const extra = `${JSON.stringify(`x-${name}`)}:${value},"__proto__":{"line":1},"constructor":1`;
          expect(parse(`{${extra},${text.slice(1)}`)).toStrictEqual(one);
        }),
      );
    });

    test('is never read from something else as what it is not', () => {
      fc.assert(
        fc.property(junkOf(some.map(({ one }) => one)), (text) => {
          const read = parse(text);
          if (read !== undefined) expect(JSON.stringify(parse(JSON.stringify(read)))).toBe(JSON.stringify(read));
        }),
        { numRuns: 500 },
      );
    });
  });

  test('a stream event is read as it was printed, on one line', () => {
    fc.assert(
      fc.property(streamEvent, (event) => {
        const data = printStreamEvent(event);
        expect(data).not.toMatch(/[\r\n]/);
        expect(entry.event(event.event, data)).toStrictEqual(event);
      }),
    );
  });

  test('cursors under the one key that no object takes are passed over, not obeyed', () => {
    const text = '{"type":"subscribe","channel":"a/*","cursors":{"__proto__":{"polluted":1},"a/b":"1-1"}}';
    expect(entry.clientFrame(text)).toStrictEqual({ type: 'subscribe', channel: 'a/*', cursors: { 'a/b': '1-1' } });
  });

  test('an event of an unknown name, or with data of another, is refused', () => {
    expect(entry.event('message', '{}')).toBeUndefined();
    expect(entry.event('toString', '{}')).toBeUndefined();
    expect(entry.event('', '{}')).toBeUndefined();
    expect(entry.event('log', '{"notice":"undecodable","time":1,"bytes":null}')).toBeUndefined();
    expect(entry.event('notice', '{"line":"x","time":1}')).toBeUndefined();
    expect(entry.event('lines', '{"line":"x","time":1}')).toBeUndefined();
    expect(entry.event('closing', '{"reason":"whim"}')).toBeUndefined();
  });
});

function names(entry: Entry): void {
  test('takes every name and pattern of the grammar', () => {
    fc.assert(fc.property(channel, (text) => entry.channel(text) === text));
    fc.assert(fc.property(selector, (text) => entry.selector(text) === text));
  });

  test.each([`${'k'.repeat(32)}/h5`, `host/${'n'.repeat(128)}`, 'a/0', 'a-/A..b', 'host/con.log', 'a0-9/z'])(
    'takes the name %j',
    (text) => {
      expect(entry.channel(text)).toBe(text);
    },
  );

  test.each([
    ...[
      '',
      '/',
      'host',
      'host/',
      '/h5',
      'host//h5',
      'host/h5/',
      'host/a/b',
      ' host/h5',
      'host/h5 ',
      'host/h5\n',
      'host\n/h5',
    ],
    ...['\nhost/h5', 'host/h5\r', 'host/h5\u0000', 'host/h5\u2028', 'Host/h5', '0host/h5', '-host/h5', 'ho_st/h5'],
    ...['host/..', 'host/.', '../h5', '..', 'host/../h5', 'host/.h5', 'host/-h5', 'host/_h5', 'host/*', 'host/h%35'],
    ...[
      'høst/h5',
      'host/hé',
      'host/\uff10',
      'host/h\u0301',
      'host/h\ud83d\ude00',
      'host/h\ud800',
      'hoſt/h5',
      'host/\u212a',
    ],
    ...[`${'k'.repeat(33)}/h5`, `host/${'n'.repeat(129)}`, 'host\\h5', 'host/h5?x', 'host/h5#x', 'host/h:5'],
  ])('refuses the name %j', (text) => {
    expect(entry.channel(text)).toBeUndefined();
  });

  test('tells patterns from names, by the same bounds', () => {
    fc.assert(fc.property(pattern, (text) => entry.channel(text) === undefined && entry.selector(text) === text));
    for (const text of [
      '*',
      '*/',
      '/*',
      'a/*/b',
      'a*',
      'a/*\n',
      'A/*',
      'a/.*',
      `a/${'*'.repeat(129)}`,
      'a/**/b',
      'a/é*',
    ]) {
      expect(entry.selector(text)).toBeUndefined();
    }
  });

  test('takes no text with a character outside the grammar', () => {
    fc.assert(
      fc.property(channel, fc.nat(), anyText, (text, at, piece) => {
        const mutated = text.slice(0, at % text.length) + piece + text.slice(at % text.length);
        const valid = /^[a-z][a-z0-9-]{0,31}\/[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(mutated);
        expect(entry.channel(mutated) !== undefined).toBe(valid);
      }),
    );
  });
}

function positions(entry: Entry): void {
  test('takes every position', () => {
    fc.assert(fc.property(positionText, (text) => entry.position(text) === text));
    expect(entry.position('0-0')).toBe('0-0');
    expect(entry.position('9007199254740991-9007199254740991')).toBe('9007199254740991-9007199254740991');
  });

  test.each([
    ...[
      '',
      '-',
      '0',
      '0-',
      '-0',
      '0-0-0',
      '00-0',
      '0-00',
      '01-1',
      '1-01',
      '+1-1',
      '1--1',
      '-1-1',
      '1.0-1',
      '1e3-1',
      '0x1-1',
    ],
    ...[
      '9007199254740992-0',
      '0-9007199254740992',
      '9999999999999999-1',
      '10000000000000000-1',
      `${'9'.repeat(400)}-1`,
    ],
    ...[
      '1-1\n',
      '\n1-1',
      ' 1-1',
      '1-1 ',
      '1 -1',
      '1-1\u0000',
      '1-1\r',
      '1-1,1-1',
      '١-١',
      '1\u20111',
      '１-１',
      '*',
      '$',
      'NaN-1',
    ],
  ])('refuses the position %j', (text) => {
    expect(entry.position(text)).toBeUndefined();
  });
}

function records(entry: Entry): void {
  test.each(HOSTILE)('keeps the line %j character by character', (line) => {
    const text = printRecord({ line, time: 1 });
    expect(text.split(/[\r\n]/)).toHaveLength(1);
    expect(entry.record(text)).toStrictEqual({ line, time: 1 });
    // What goes over the wire is UTF-8, which has no lone surrogates: JSON must have escaped them.
    expect(Buffer.from(text, 'utf8').toString('utf8')).toBe(text);
  });

  test.each([
    ...[
      '',
      'null',
      '1',
      '"x"',
      '[]',
      '{}',
      '{"line":"x"}',
      '{"time":1}',
      '{"line":1,"time":1}',
      '{"line":null,"time":1}',
    ],
    ...[
      '{"line":"x","time":"1"}',
      '{"line":"x","time":1.5}',
      '{"line":"x","time":9007199254740992}',
      '{"line":"x","time":1e999}',
    ],
    ...[
      '{"line":"x","time":1,"stream":"stdin"}',
      '{"line":"x","time":1,"partial":false}',
      '{"line":"x","time":1,"source":null}',
    ],
    ...['{"line":"x","time":1,"continues":"1"}', '{"line":"x","time":1,"truncated":-1}', '{"line":"x","time":1}{}'],
    ...[
      '{"notice":"whim","time":1,"bytes":1}',
      '{"notice":"undecodable","time":1}',
      '{"notice":"undecodable","bytes":1}',
    ],
    ...[
      '{"notice":"undecodable","time":1,"bytes":-1}',
      '[{"line":"x","time":1}]',
      '{"__proto__":{"line":"x","time":1}}',
    ],
  ])('refuses the record %s', (text) => {
    expect(entry.record(text)).toBeUndefined();
  });

  test('takes a log record with a notice that it does not know as a log record', () => {
    expect(entry.record('{"notice":"whim","line":"x","time":1}')).toStrictEqual({ line: 'x', time: 1 });
  });
}
