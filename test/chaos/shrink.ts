import type { PlannedFault } from './plan.ts';
import type { RoundResult } from './results/round-result.ts';

/** A plan that fails may pass now and then. */
const TRIES = 2;

/**
 * Drops faults from a plan that fails for as long as it still fails (Zeller's ddmin): first halves, then ever smaller parts. Answers
 * what is left; `undefined` where the whole plan does not fail.
 */
export async function shrink(
  plan: readonly PlannedFault[],
  play: (keep: ReadonlySet<number>) => Promise<Pick<RoundResult, 'problems'>>,
): Promise<readonly PlannedFault[] | undefined> {
  const fails = async (faults: readonly PlannedFault[]): Promise<boolean> => {
    for (let tried = 0; tried < TRIES; tried += 1) {
      const { problems } = await play(new Set(faults.map(({ index }) => index)));
      console.log(`  ${faults.length} faults: ${problems[0] ?? 'passes'}`);
      if (problems.length > 0) return true;
    }
    return false;
  };
  return (await fails(plan)) ? await minimize(plan, fails) : undefined;
}

/** The plan as people read it, and how it is played. */
export function describePlan(plan: readonly PlannedFault[] | undefined): string {
  if (plan === undefined) return `It does not fail within ${TRIES} rounds.`;
  const faults = plan.map(({ at, row, fault }) => `  ${(at / 1000).toFixed(1)} s  ${row}: ${fault.what}`);
  return [`The smallest plan that fails: --keep ${plan.map(({ index }) => index).join(',')}`, ...faults].join('\n');
}

async function minimize<T>(all: readonly T[], fails: (some: readonly T[]) => Promise<boolean>): Promise<readonly T[]> {
  let left = all;
  for (let parts = 2; left.length > 1;) {
    const size = Math.ceil(left.length / parts);
    const without = await firstThatFails(left, size, fails);
    if (without !== undefined) {
      left = without;
      parts = Math.max(2, parts - 1);
    } else if (size === 1) break;
    else parts = Math.min(left.length, parts * 2);
  }
  return left;
}

/** What is left without one of the parts of this size. */
async function firstThatFails<T>(
  all: readonly T[],
  size: number,
  fails: (some: readonly T[]) => Promise<boolean>,
): Promise<readonly T[] | undefined> {
  for (let at = 0; at < all.length; at += size) {
    const without = [...all.slice(0, at), ...all.slice(at + size)];
    if (await fails(without)) return without;
  }
  return undefined;
}
