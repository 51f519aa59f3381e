import { describe, expect, test } from 'vitest';
import { findAbilities } from './abilities.ts';
import { describeRound } from './results/describe-round.ts';
import { playRound } from './round.ts';
import { TOPOLOGIES } from './topology/topology.ts';

/** `npm run chaos` has more of it. The seeds of `npm test` are always the same, so that a failure is news. */
const SECONDS = 6;
const EVERY_MS = 400;

/** Starting and settling, on a busy machine. */
const BESIDE_MS = 300_000;

const timeout = SECONDS * 1000 + BESIDE_MS;

// A seed leaves its topology when it is divided.
describe.each(TOPOLOGIES.map((topology, seed) => ({ topology, seed: seed + 3 })))(
  'chaos on Redis as $topology',
  ({ topology, seed }) => {
    test('gives every viewer every line once, in order, whatever fails', { timeout }, async ({ signal, skip }) => {
      const abilities = await findAbilities();
      if (!abilities.topologies.includes(topology)) skip(abilities.missing.join('; '));
      const result = await playRound({ seed, seconds: SECONDS, everyMs: EVERY_MS, topology, abilities, signal });
      console.log(describeRound(result));
      expect(
        result.problems,
        `seed ${seed}: npm run chaos -- --seconds ${SECONDS} --every ${EVERY_MS} ${seed}`,
      ).toEqual([]);
    });
  },
);
