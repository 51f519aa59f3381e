import { setTimeout } from 'node:timers/promises';

const LOOK_AGAIN_MS = 10;

/** Waits until `condition` answers true, looking again and again; after `limitMs` throws what `explain` says. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  explain: () => string,
  limitMs = 40_000,
): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within ${limitMs} ms: ${explain()}`);
    await setTimeout(LOOK_AGAIN_MS);
  }
}
