import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCorpus } from './corpus.ts';
import { mutationOf } from './mutation.ts';
import { TARGETS } from './targets.ts';

/** `npm run fuzz` has more of it. The seed of `npm test` is always the same, so that a failure is news. */
const SEED = 1;
const RUNS = 1_000;

describe.each(Object.entries(TARGETS))('%s', (name, target) => {
  const corpus = readCorpus(name);

  it('keeps its promise for what was found before', async () => {
    for (const input of corpus) expect(typeof (await target(input))).toBe('string');
  });

  it(`keeps it ${RUNS} times for what is like it`, async () => {
    const property = fc.asyncProperty(mutationOf(corpus), async (input) => {
      await target(input);
    });
    await fc.assert(property, { seed: SEED, numRuns: RUNS });
  });
});
