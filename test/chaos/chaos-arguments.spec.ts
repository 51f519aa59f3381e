import { describe, expect, it } from 'vitest';
import { parseArguments } from './chaos-arguments.ts';

describe('what may be said to chaos', () => {
  it('without anything: seeds of its own, in turns of the topologies, for ten minutes', () => {
    const chosen = parseArguments([]);
    if (typeof chosen === 'string') throw new Error(chosen);
    const [first = 0, second] = chosen.seeds;
    expect(second).toBe(first + 1);
    expect(chosen).toMatchObject({ minutes: 10, seconds: 90, everyMs: 1850, shrink: false });
  });

  it('seeds, and which faults of them', () => {
    expect(parseArguments(['--seed', '7', '8', '--keep', '1,3', '--topology', 'cluster'])).toMatchObject({
      seeds: [8, 7],
      minutes: Infinity,
      keep: new Set([1, 3]),
      topology: 'cluster',
    });
  });

  it.each([
    [['--seed', 'x'], 'x is no whole number'],
    [['--seconds', ''], ' is no whole number'],
    [['--topology', 'ring'], 'ring is none of single, sentinel, cluster'],
    [['--what'], "Unknown option '--what'"],
    [['--help'], 'help'],
  ])('%j: %s', (words, problem) => {
    expect(parseArguments(words)).toContain(problem);
  });
});
