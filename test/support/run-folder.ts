import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The variable that tells the processes of a run of the tests where they share files. */
export const RUN_FOLDER = 'TAILGATE_TEST_RUN';

/** Makes the folder before the first test, and removes it after the last (`globalSetup` of vitest). */
export default function setUp(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'tailgate-run-'));
  process.env[RUN_FOLDER] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
