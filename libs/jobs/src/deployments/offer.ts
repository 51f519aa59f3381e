import { parseChannel } from '@tailgate/protocol';
import type { LogTemplate } from '@tailgate/tailing';
import { demoPath } from './demo-path.js';

/** What decides whether a process that follows files writes those of demo deployments. */
export interface DemoPlace {
  readonly demo: boolean;
  readonly logs: readonly LogTemplate[];
  readonly sourceHost?: string | undefined;
}

/** Whether there is a place for them, and whoever goes on after a crash would find the same file there. */
export function offersDeployments({ demo, logs, sourceHost }: DemoPlace): boolean {
  const example = parseChannel('deployment/demo');
  return demo && sourceHost === undefined && example !== undefined && demoPath(logs, example) !== undefined;
}
