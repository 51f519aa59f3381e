import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { PlannedFault } from './plan.ts';
import { describePlan, shrink } from './shrink.ts';

const PLAN: readonly PlannedFault[] = Array.from({ length: 40 }, (_, index) => ({
  index,
  at: index * 1000,
  row: `kind ${index}`,
  fault: { what: 'something', inflict: () => Promise.resolve() },
}));

/** Rounds that fail where all of these faults happen. */
function failsWith(...culprits: readonly number[]) {
  return vi.fn((keep: ReadonlySet<number>) =>
    Promise.resolve({ problems: culprits.every((culprit) => keep.has(culprit)) ? ['lost'] : [] }),
  );
}

beforeEach(() => {
  vi.spyOn(console, 'log').mockReturnValue(undefined);
});

describe('shrinking a plan', () => {
  it.each([[[7]], [[3, 17]], [[0, 20, 39]]])('leaves %j, which it takes to fail', async (culprits) => {
    const play = failsWith(...culprits);
    const left = await shrink(PLAN, play);
    expect(left?.map(({ index }) => index)).toEqual(culprits);
    expect(describePlan(left)).toContain(`--keep ${culprits.join(',')}`);
    expect(play.mock.calls.length).toBeLessThan(150);
  });

  it('tries a part again before it takes it to pass', async () => {
    let rounds = 0;
    const left = await shrink(PLAN.slice(0, 2), () => {
      rounds += 1;
      return Promise.resolve({ problems: rounds % 2 === 0 ? ['lost'] : [] });
    });
    expect(left).toHaveLength(1);
  });

  it('says so where nothing fails', async () => {
    expect(describePlan(await shrink(PLAN, failsWith(99)))).toMatch(/does not fail/);
  });
});
