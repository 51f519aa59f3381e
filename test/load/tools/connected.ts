import { existsSync } from 'node:fs';
import { until } from '../../support/until.ts';
import type { RunningTool } from './running-tool.ts';

const WITHIN_MS = 60_000;

/** Waits until fanload has made the file by which it says that all are connected. Throws what it said where it has ended instead. */
export async function connected(viewers: RunningTool, ready: string, who: string): Promise<void> {
  await until(
    () => existsSync(ready) || viewers.hasEnded,
    () => `${who} are connected`,
    WITHIN_MS,
  );
  if (!existsSync(ready)) throw new Error(`${who} were not connected: ${await viewers.report}`);
}
