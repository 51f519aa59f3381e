import { PassThrough } from 'node:stream';
import type { Entry } from '@tailgate/client';
import { parseChannel } from '@tailgate/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wantsColour } from '../shell/shell.js';
import { tamed } from './control-characters.js';
import { LinePrinter, type LineStyle } from './line-printer.js';

const PLAIN: LineStyle = { json: false, raw: false, isTerminal: false, colours: false, prefix: false };
const TERMINAL: LineStyle = { ...PLAIN, isTerminal: true, colours: true };

function log(line: string, more: Partial<Extract<Entry, { type: 'log' }>> = {}): Entry {
  const channel = parseChannel('host/h5');
  if (!channel) throw new Error('no channel');
  return { type: 'log', channel, position: '1-1', line, time: 1, ...more };
}

function printed(style: LineStyle, ...entries: readonly Entry[]): string {
  const printer = new LinePrinter(style);
  return entries.map((entry) => printer.print(entry)).join('');
}

describe('what a terminal is given', () => {
  it.each([
    ['\x1b[31mred\x1b[0m', '\x1b[31mred\x1b[0m\x1b[0m'],
    ['\x1b[38;5;196mred', '\x1b[38;5;196mred\x1b[0m'],
    ['\x1b[2Jgone\x1b[H', 'gone'],
    ['\x1b]0;title\x07text', 'text'],
    ['\x1b]52;c;ZXZpbA==\x1b\\text', 'text'],
    ['\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\', 'link'],
    ['50%\rdone\b\x07', '50%done'],
    ['\x1bc reset', 'c reset'],
    ['\u009b2J', '2J'],
    ['\x1b\x1b[2J\x1b[31\x00m', '[31m'],
    ['a\tb ü 日本 😀', 'a\tb ü 日本 😀'],
  ])('%j', (line, text) => {
    expect(tamed(line, true)).toBe(text);
  });

  it('is never anything but text and looks', () => {
    const piece = fc.oneof(
      fc.constantFrom('\x1b', '[', ']', '0', ';', 'm', 'J', '\x07', '\\', '\u009b', '\x9d'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = tamed(pieces.join(''), true);
        expect(text.replace(/\x1b\[[0-9;:]*m/g, '')).not.toMatch(/[\x00-\x08\x0a-\x1f\x7f-\x9f]/);
        expect(tamed(pieces.join(''), false)).not.toMatch(/[\x00-\x08\x0a-\x1f\x7f-\x9f]/);
      }),
      { numRuns: 2_000 },
    );
  });

  it('has colours by level, unless the line has its own', () => {
    expect(printed(TERMINAL, log('bad', { level: 'ERROR' }))).toBe('\x1b[31mbad\x1b[39m\n');
    expect(printed(TERMINAL, log('\x1b[32mok', { level: 'error' }))).toBe('\x1b[32mok\x1b[0m\n');
    expect(printed({ ...TERMINAL, colours: false }, log('\x1b[32mok', { level: 'error' }))).toBe('ok\n');
  });

  it('is everything with --raw', () => {
    expect(printed({ ...TERMINAL, raw: true }, log('\x1b[2J'))).toBe('\x1b[2J\n');
  });
});

it('a pipe is given lines as they are', () => {
  expect(printed(PLAIN, log('\x1b[31m\x1b[2J', { level: 'error' }))).toBe('\x1b[31m\x1b[2J\n');
});

it('a line that came in parts is one line', () => {
  const [first, second] = [
    log('be', { partial: true, position: '1-1' }),
    log('gun', { continues: '1-1', position: '1-2' }),
  ];
  expect(printed(PLAIN, first, second, log('next'))).toBe('begun\nnext\n');
  expect(printed(PLAIN, first, log('other', { position: '1-3' }))).toBe('be\nother\n');
});

it('several channels are told apart', () => {
  const other = parseChannel('host/h6');
  expect(printed({ ...PLAIN, prefix: true }, log('a'), log('b', other && { channel: other }))).toBe(
    'host/h5 a\nhost/h6 b\n',
  );
});

it('JSON has every entry with its position', () => {
  expect(printed({ ...PLAIN, json: true }, log('a'))).toBe(
    '{"type":"log","channel":"host/h5","position":"1-1","line":"a","time":1}\n',
  );
});

it('colours are for terminals, unless somebody minds', () => {
  const output = (isTTY: boolean) => Object.assign(new PassThrough(), { isTTY });
  expect(wantsColour(output(true), {})).toBe(true);
  expect(wantsColour(output(true), { NO_COLOR: '' })).toBe(true);
  expect(wantsColour(output(true), { NO_COLOR: '1' })).toBe(false);
  expect(wantsColour(output(true), { TERM: 'dumb' })).toBe(false);
  expect(wantsColour(output(false), {})).toBe(false);
});
