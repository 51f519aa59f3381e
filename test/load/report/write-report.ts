import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { FOLDER, savedRuns } from '../saved-run.ts';
import { withFigures } from './performance-section.ts';
import { fanOutPlots, type Plot } from './plots.ts';

export const DOCUMENT = fileURLToPath(new URL('../../../docs/performance.md', import.meta.url));

/** `docs/performance.md` and its plots, from what is kept of full runs. */
export async function makeReport(): Promise<{ readonly document: string; readonly plots: readonly Plot[] }> {
  const runs = savedRuns();
  const plots = fanOutPlots(runs);
  const document = withFigures(readFileSync(DOCUMENT, 'utf8'), runs, plots);
  return { document: await format(document, { ...(await resolveConfig(DOCUMENT)), parser: 'markdown' }), plots };
}

/** Writes both. */
export async function writeReport(): Promise<void> {
  const { document, plots } = await makeReport();
  writeFileSync(DOCUMENT, document);
  for (const { file, svg } of plots) writeFileSync(FOLDER + file, svg);
}
