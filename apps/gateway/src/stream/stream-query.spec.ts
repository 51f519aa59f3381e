import { parsePosition } from '@tailgate/protocol';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../http/problem-error.js';
import { readStreamQuery } from './stream-query.js';

const read = (query: string, lastEventId?: string) => readStreamQuery(new URLSearchParams(query), lastEventId);

function problemOf(query: string, lastEventId?: string): unknown {
  try {
    return read(query, lastEventId);
  } catch (error) {
    return error instanceof ProblemError ? error.problem : error;
  }
}

describe('the query of a stream', () => {
  it('needs a channel only', () => {
    expect(read('channel=host/h5')).toEqual({ channel: 'host/h5', start: { tail: 50 }, lines: false });
    expect(read('channel=host%2Fh5&tail=0&batch=1')).toEqual({ channel: 'host/h5', start: { tail: 0 }, lines: true });
  });

  it('lets Last-Event-ID win over after, and after over tail', () => {
    expect(read('channel=host/h5&after=1-2&tail=3').start).toEqual({ after: parsePosition('1-2'), tail: 3 });
    expect(read('channel=host/h5&after=1-2', '3-4').start.after).toEqual(parsePosition('3-4'));
    expect(read('channel=host/h5&after=1-2', '').start.after).toEqual(parsePosition('1-2'));
  });

  it('caps the tail', () => {
    expect(read('channel=host/h5&tail=999999').start.tail).toBe(10_000);
  });

  it.each([
    ['', undefined, 'bad_channel', 'channel is missing'],
    ['channel=nope', undefined, 'bad_channel', 'kind/name'],
    ['channel=a/b&channel=c/d', undefined, 'bad_query', 'once'],
    ['channel=a/b&after=7', undefined, 'bad_position', 'after'],
    ['channel=a/b', '1-2, 3-4', 'bad_position', 'Last-Event-ID'],
    ['channel=a/b&tail=-1', undefined, 'bad_query', 'tail'],
    ['channel=a/b&tail=', undefined, 'bad_query', 'tail'],
    ['channel=a/b&grep=x', undefined, 'bad_query', 'channel, tail, after, batch'],
    ['channel=a/b&batch=yes', undefined, 'bad_query', '0 or 1'],
  ])('%s with %s is %s', (query, lastEventId, code, detail) => {
    expect(problemOf(query, lastEventId)).toMatchObject({
      code,
      status: 400,
      detail: expect.stringContaining(detail) as unknown,
    });
  });
});
