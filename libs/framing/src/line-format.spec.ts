import { describe, expect, it } from 'vitest';
import { detectFormat, mayBecomeContainers, parseLine, type LineFormat } from './line-format.js';

const TIME = Date.UTC(2026, 10, 20, 4, 5, 6, 789);

function parse(format: LineFormat, line: string) {
  const { text, ...rest } = parseLine(format, Buffer.from(line));
  return { text: text.toString(), ...rest };
}

describe('the format of a file', () => {
  it.each([
    ['2026-11-20T04:05:06.789123456Z stdout F hello', 'cri'],
    ['2026-11-20T04:05:06.789123456+02:00 stderr P hello', 'cri'],
    ['2026-11-20T04:05:06Z stdout F', 'cri'],
    ['2026-11-20T04:05:06Z stdout F:tag hello', 'cri'],
    ['2026-11-20T04:05:06Z hello', 'raw'],
    ['2026-11-20T04:05:06Z stdin F hello', 'raw'],
    ['2026-11-20 04:05:06 stdout F hello', 'raw'],
    ['{"log":"hello\\n","stream":"stdout","time":"2026-11-20T04:05:06.789Z"}', 'docker'],
    ['{"level":"info","log":"x"}', 'raw'],
    ['', 'raw'],
  ])('%s', (head, format) => {
    expect(detectFormat(head)).toBe(format);
  });
});

it('may become a container’s line as long as nothing says that it doesn’t', () => {
  const lines = ['2026-11-20T04:05:06.789123456Z stdout F hello', '{"log":"hello\\n","stream":"stdout"}'];
  for (const line of lines) {
    for (let end = 0; end <= line.length; end++) expect(mayBecomeContainers(line.slice(0, end)), line).toBe(true);
  }
  const others = [
    'hello',
    '2026-11-20 04:05:06 hello',
    '2026-11-20T04:05:06Z hello',
    '20261120',
    '{"level":"info"',
    ' 2026',
  ];
  for (const line of others) expect(mayBecomeContainers(line), line).toBe(false);
});

describe('a line of Kubernetes', () => {
  it('gives its time, stream and text', () => {
    const line = '2026-11-20T04:05:06.789123456Z stderr F   two  spaces ';
    expect(parse('cri', line)).toEqual({ text: '  two  spaces ', time: TIME, stream: 'stderr', ends: true });
  });

  it('is a part where its tag says so, whatever other tags there are', () => {
    expect(parse('cri', '2026-11-20T04:05:06.789Z stdout P part')).toMatchObject({ text: 'part', ends: false });
    expect(parse('cri', '2026-11-20T04:05:06.789Z stdout P:x:y=z part')).toMatchObject({ text: 'part', ends: false });
  });

  it('may be empty, with or without the space', () => {
    for (const end of ['F', 'F ']) expect(parse('cri', `2026-11-20T04:05:06Z stdout ${end}`).text).toBe('');
  });

  it('keeps bytes that are no text, for the parts to be joined', () => {
    const line = Buffer.concat([Buffer.from('2026-11-20T04:05:06Z stdout P a'), Buffer.from([0xc3])]);
    expect(parseLine('cri', line).text).toEqual(Buffer.from([0x61, 0xc3]));
  });

  it.each([
    '',
    'hello',
    '2026-11-20T04:05:06Z',
    '2026-11-20T04:05:06Z stdout X hello',
    ' 2026-11-20T04:05:06Z stdout F x',
  ])('is taken as it is where it is none: %j', (line) => {
    expect(parse('cri', line)).toEqual({ text: line, ends: true });
  });

  it('has no time where that is no date', () => {
    expect(parse('cri', '2026-99-20T04:05:06Z stdout F x')).toEqual({ text: 'x', stream: 'stdout', ends: true });
    expect(parse('cri', '1969-11-20T04:05:06Z stdout F x')).not.toHaveProperty('time');
  });
});

describe('a line of Docker', () => {
  it('gives its time, stream and text, without the newline', () => {
    const line = '{"log":"a \\"quote\\" é\\n","stream":"stdout","time":"2026-11-20T04:05:06.789123456Z"}';
    expect(parse('docker', line)).toEqual({ text: 'a "quote" é', time: TIME, stream: 'stdout', ends: true });
    expect(parse('docker', '{"log":"crlf\\r\\n"}').text).toBe('crlf');
    expect(parse('docker', '{"log":"\\n"}')).toEqual({ text: '', ends: true });
  });

  it('is a part where no newline ends it', () => {
    expect(parse('docker', '{"log":"part","stream":"stderr"}')).toEqual({
      text: 'part',
      stream: 'stderr',
      ends: false,
    });
    expect(parse('docker', '{"log":""}')).toEqual({ text: '', ends: false });
  });

  it('has what it has', () => {
    expect(parse('docker', '{"log":"x\\n","stream":"other","time":7}')).toEqual({ text: 'x', ends: true });
    expect(parse('docker', '{"log":"x\\n","time":"yesterday"}')).toEqual({ text: 'x', ends: true });
  });

  it.each(['', 'hello', '{', '{"log":7}', '[]', '{"message":"x"}', 'null', '{"log":"x'])(
    'is taken as it is where it is none: %j',
    (line) => {
      expect(parse('docker', line)).toEqual({ text: line, ends: true });
    },
  );
});

it('leaves raw lines alone', () => {
  expect(parse('raw', '2026-11-20T04:05:06Z stdout F x')).toEqual({
    text: '2026-11-20T04:05:06Z stdout F x',
    ends: true,
  });
});
