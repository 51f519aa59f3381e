import { describe, expect, it } from 'vitest';
import { ProblemError } from '../http/problem-error.js';
import { parseChannelQuery } from './channel-query.js';

function detail(query: unknown): string | undefined {
  try {
    parseChannelQuery(query);
    return undefined;
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code === 'bad_query') return error.problem.detail;
    throw error;
  }
}

describe('parseChannelQuery', () => {
  it('has defaults', () => {
    expect(parseChannelQuery({})).toEqual({ order: 'recent', limit: 100 });
  });

  it('takes all that the protocol names', () => {
    const query = { kind: 'host', prefix: 'h', order: 'name', limit: '1000', cursor: 'x' };
    expect(parseChannelQuery(query)).toEqual({ ...query, limit: 1000 });
  });

  it('names the parameter, the value and what is allowed', () => {
    expect(detail({ limit: '0' })).toBe('limit must be a whole number from 1 to 1000, given once, and not "0".');
    expect(detail({ order: 'age' })).toBe('order must be recent or name, given once, and not "age".');
    expect(detail({ kind: ['a', 'b'] })).toContain('given once, and not ["a","b"].');
    expect(detail({ sort: 'name' })).toBe(
      'There is no parameter sort; allowed are kind, prefix, order, limit, cursor.',
    );
  });

  it.each(['', '-1', '1001', '1e2', '0x1', ' 1', '00000001'])('refuses limit=%j', (limit) => {
    expect(detail({ limit })).toContain('limit must be');
  });

  it('tells all mistakes, and cuts what is long', () => {
    const text = detail({ limit: 'x', kind: 'X'.repeat(500) }) ?? '';
    expect(text).toContain('limit must be');
    expect(text).toContain('kind must be');
    expect(text.length).toBeLessThan(500);
  });
});
