import { setTimeout } from 'node:timers/promises';
import type { Injection } from './faults/fault.ts';
import type { PlannedFault } from './plan.ts';
import type { InjectedFault } from './recoveries.ts';
import type { Stage } from './stage.ts';

/** Makes what was planned happen. Resolves when all is over, or was broken off, and all that was ended or stopped runs again. */
export async function inflict(stage: Stage, plan: readonly PlannedFault[], signal: AbortSignal): Promise<void> {
  const begun = performance.now();
  const under: Promise<void>[] = [];
  for (const planned of plan) {
    await setTimeout(Math.max(0, begun + planned.at - performance.now()));
    if (signal.aborted) break;
    under.push(inflictOne(stage, planned));
  }
  await Promise.all(under);
  try {
    await stage.fleet.ready();
    await stage.topology.settled();
  } catch (error) {
    stage.problems.push(`not all is back: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function inflictOne(stage: Stage, { row, fault }: PlannedFault): Promise<void> {
  let injected: InjectedFault | undefined;
  const injection: Injection = {
    begin: (as = row) => (injected = stage.recoveries.begin(as, fault.what)),
    lift: (concerned = {}) => {
      if (injected !== undefined) stage.recoveries.lift(injected, concerned);
    },
    recover: (file) => {
      if (injected !== undefined) stage.recoveries.recover(injected, [file]);
    },
  };
  try {
    await fault.inflict(stage, injection);
  } catch (error) {
    stage.problems.push(`${row} (${fault.what}): ${error instanceof Error ? error.message : String(error)}`);
  }
}
