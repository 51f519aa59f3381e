import type { PlannedFault } from './plan.ts';
import type { RoundResult } from './results/round-result.ts';

/** A plan that fails may pass now and then. */
const TRIES = 2;

/**
 * Drops faults from a plan that fails for as long as it still fails (Zeller's ddmin): first halves, then ever smaller parts. Prints what
 * is left.
 */
export async function shrink(
  plan: readonly PlannedFault[],
  play: (keep: ReadonlySet<number>) => Promise<RoundResult>,
): Promise<void> {
  const fails = async (faults: readonly PlannedFault[]): Promise<boolean> => {
    for (let tried = 0; tried < TRIES; tried += 1) {
      const { problems } = await play(new Set(faults.map(({ index }) => index)));
      console.log(`  ${faults.length} faults: ${problems[0] ?? 'passes'}`);
      if (problems.length > 0) return true;
    }
    return false;
  };
  if (!(await fails(plan))) {
    console.log(`It does not fail within ${TRIES} rounds.`);
    return;
  }
  const smallest = await minimize(plan, fails);
  console.log(`The smallest plan that fails: --keep ${smallest.map(({ index }) => index).join(',')}`);
  for (const { at, row, fault } of smallest) console.log(`  ${(at / 1000).toFixed(1)} s  ${row}: ${fault.what}`);
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
