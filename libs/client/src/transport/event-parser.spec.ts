import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EventParser, type RawEvent } from './event-parser.js';

/** What our parser makes of the pieces. */
function ours(pieces: readonly string[]): { events: RawEvent[]; retries: number[] } {
  const events: RawEvent[] = [];
  const retries: number[] = [];
  const parser = new EventParser(
    (event) => events.push(event),
    (milliseconds) => retries.push(milliseconds),
  );
  for (const piece of pieces) parser.feed(piece);
  return { events, retries };
}

/** What somebody else's makes of the whole text. */
function theirs(text: string): {
  events: (Omit<RawEvent, 'lastEventId'> & { id: string | undefined })[];
  retries: number[];
} {
  const events: (Omit<RawEvent, 'lastEventId'> & { id: string | undefined })[] = [];
  const retries: number[] = [];
  const parser = createParser({
    onEvent: ({ event, data, id }) => {
      events.push({ name: event === undefined || event === '' ? 'message' : event, data, id });
    },
    onRetry: (milliseconds) => retries.push(milliseconds),
  });
  parser.feed(text);
  return { events, retries };
}

const piece = fc.oneof(
  fc.constantFrom('data', 'event', 'id', 'retry', ':', ': ', ' ', '\n', '\r', '\r\n', '\n\n', 'data: x\n', 'data:\n\n'),
  fc.constantFrom(
    'id: 1-2\n',
    'id:\n',
    'event: log\n',
    'retry: 10\n',
    'retry: 1x\n',
    ': ping\n',
    '\u2028',
    'ü😀',
    '\0',
  ),
  fc.string(),
);

it('reads any text as another implementation of the standard does, in whatever pieces it comes', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.array(fc.nat({ max: 80 })), (parts, cuts) => {
      // The decoder takes a byte order mark away.
      const text = `${parts.join('').replace(/^\ufeff+/, '')}\n\n`;
      const ends = [...new Set(cuts.map((cut) => Math.min(cut, text.length)))].sort((a, b) => a - b);
      const pieces = [0, ...ends].map((start, index) => text.slice(start, ends[index] ?? text.length));
      const [own, other] = [ours(pieces), theirs(text)];
      expect(own.retries).toEqual(other.retries);
      expect(own.events.map(({ name, data }) => [name, data])).toEqual(
        other.events.map(({ name, data }) => [name, data]),
      );
      // The other one tells an id with the event that has it; by the standard it stays for those that follow.
      for (const [index, { id }] of other.events.entries()) {
        if (id !== undefined) expect(own.events[index]?.lastEventId).toBe(id);
      }
    }),
    { numRuns: 3_000 },
  );
});

it.each([
  ['data: a\rdata: b\r\r', ['a\nb']],
  ['data: a\r\ndata: b\r\n\r\n', ['a\nb']],
  ['data\n\n', ['']],
  ['event: x\n\ndata: b\n\n', ['b']],
  ['data:  a\n\n', [' a']],
  ['data: without its end\n', []],
])('the standard: %j', (text, data) => {
  expect(ours([text]).events.map((event) => event.data)).toEqual(data);
  expect(ours(Array.from(text)).events.map((event) => event.data)).toEqual(data);
});

it('an id stays until another one comes, and one with NUL is none', () => {
  const { events } = ours(['id: 1\n\ndata: a\n\ndata: b\n\nid: 2\0\ndata: c\n\nid\ndata: d\n\n']);
  expect(events.map(({ lastEventId }) => lastEventId)).toEqual(['1', '1', '1', '']);
});
