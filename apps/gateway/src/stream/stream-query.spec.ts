import { parsePosition } from '@tailgate/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Filters } from '../filter/filters.js';
import { ProblemError } from '../http/problem-error.js';
import { readStreamQuery, type StreamQuery } from './stream-query.js';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const filters = new Filters();

const read = (query: string, lastEventId?: string): StreamQuery =>
  readStreamQuery({ query: new URLSearchParams(query), lastEventId, filters, now: NOW });

const startOf = (query: string, lastEventId?: string) =>
  read(`channel=host/h5&${query}`, lastEventId).channels[0]?.start;

function problemOf(query: string, lastEventId?: string): unknown {
  try {
    return read(query, lastEventId);
  } catch (error) {
    return error instanceof ProblemError ? error.problem : error;
  }
}

describe('the query of a stream', () => {
  it('needs a channel only', () => {
    expect(read('channel=host/h5')).toEqual({ channels: [{ channel: 'host/h5', start: { tail: 50 } }], lines: false });
    expect(read('channel=host%2Fh5&tail=0&batch=1')).toEqual({
      channels: [{ channel: 'host/h5', start: { tail: 0 } }],
      lines: true,
    });
  });

  it('takes several channels, with a position each', () => {
    const { channels } = read('channel=b/b&channel=a/a&after=1-2,3-4');
    expect(channels.map(({ channel }) => channel)).toEqual(['b/b', 'a/a']);
    expect(channels.map(({ start }) => start.after)).toEqual([parsePosition('1-2'), parsePosition('3-4')]);
  });

  it('lets Last-Event-ID win over after; the session lets that win over since, and since over tail', () => {
    expect(startOf('after=1-2&tail=3&since=1h')).toEqual({
      after: parsePosition('1-2'),
      tail: 3,
      since: NOW - 3_600_000,
    });
    expect(startOf('after=1-2', '3-4')?.after).toEqual(parsePosition('3-4'));
    expect(startOf('after=1-2', '')?.after).toEqual(parsePosition('1-2'));
  });

  it.each([
    ['15m', NOW - 900_000],
    ['90s', NOW - 90_000],
    ['2026-11-20T11:00:00Z', NOW - 3_600_000],
    ['2026-11-20T12:00:00.250%2B01:00', NOW - 3_600_000 + 250],
    ['2026-11-20T12:00:00+01:00', NOW - 3_600_000],
    ['9999999w', 0],
  ])('takes since=%s', (since, expected) => {
    expect(startOf(`since=${since}`)?.since).toBe(expected);
  });

  it('has one filter for all who want the same', () => {
    const filter = startOf('grep=a&invert=1')?.filter;
    expect(filter).toBeDefined();
    expect(startOf('invert=1&grep=a')?.filter).toBe(filter);
    expect(startOf('grep=a')?.filter).not.toBe(filter);
    expect(startOf('stream=stderr')?.filter?.passes({ line: 'x', time: 1, stream: 'stderr' })).toBe(true);
    expect(startOf('grep=A&grep_flags=i')?.filter?.passes({ line: 'a', time: 1 })).toBe(true);
  });

  it('caps the tail', () => {
    expect(startOf('tail=999999')?.tail).toBe(10_000);
  });

  it.each([
    ['', undefined, 'bad_channel', 'channel is missing'],
    ['channel=nope', undefined, 'bad_channel', 'kind/name'],
    ['channel=a/b&channel=a/b', undefined, 'bad_channel', 'twice'],
    [Array.from({ length: 17 }, (_, i) => `channel=a/${i}`).join('&'), undefined, 'too_many_channels', '16'],
    ['channel=a/b&tail=1&tail=1', undefined, 'bad_query', 'once'],
    ['channel=a/b&after=7', undefined, 'bad_position', 'after'],
    ['channel=a/b&after=1-2,3-4', undefined, 'bad_position', 'after'],
    ['channel=a/b&channel=c/d&after=1-2', undefined, 'bad_position', '2 times'],
    ['channel=a/b&channel=c/d', '1-2,', 'bad_position', 'Last-Event-ID'],
    ['channel=a/b', '1-2, 3-4', 'bad_position', 'Last-Event-ID'],
    ['channel=a/b&tail=-1', undefined, 'bad_query', 'tail'],
    ['channel=a/b&tail=', undefined, 'bad_query', 'tail'],
    ['channel=a/b&since=yesterday', undefined, 'bad_query', 'RFC 3339'],
    ['channel=a/b&since=2026-13-45T00:00:00Z', undefined, 'bad_query', 'since'],
    ['channel=a/b&since=', undefined, 'bad_query', 'since'],
    ['channel=a/b&grep=(', undefined, 'bad_query', 'grep: error parsing regexp'],
    ['channel=a/b&grep_flags=i', undefined, 'bad_query', 'need a grep'],
    ['channel=a/b&invert=1', undefined, 'bad_query', 'need a grep'],
    ['channel=a/b&grep=a&grep_flags=im', undefined, 'bad_query', 'grep_flags'],
    ['channel=a/b&stream=stdin', undefined, 'bad_query', 'stdout or stderr'],
    ['channel=a/b&nonsense=x', undefined, 'bad_query', 'channel, tail, after, since, grep'],
    ['channel=a/b&batch=yes', undefined, 'bad_query', '0 or 1'],
  ])('%s with %s is %s', (query, lastEventId, code, detail) => {
    expect(problemOf(query, lastEventId)).toMatchObject({
      code,
      status: 400,
      detail: expect.stringContaining(detail) as unknown,
    });
  });

  it('is read or refused, whatever it is', () => {
    const name = fc.oneof(fc.constantFrom('channel', 'tail', 'after', 'since', 'grep', 'stream', 'batch'), fc.string());
    const value = fc.oneof(fc.constantFrom('a/b', '1-2', '15m', '1', 'stderr'), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), fc.option(fc.string()), (pairs, id) => {
        const query = new URLSearchParams(pairs);
        try {
          const { channels } = readStreamQuery({ query, lastEventId: id ?? undefined, filters, now: NOW });
          expect(channels.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(ProblemError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
