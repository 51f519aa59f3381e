import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { replaceBetween } from '../support/between-marks.ts';
import { drawSoak, SOAK_PLOTS } from './plots.ts';
import { parseSoak } from './sample.ts';
import { soakReport } from './soak-report.ts';
import { resultOf, soakResult } from './summary.ts';

export const DOCUMENT = fileURLToPath(new URL('../../docs/reliability.md', import.meta.url));

/** What is kept of the last run, and its plots. */
const FOLDER = fileURLToPath(new URL('../../docs/reliability/', import.meta.url));
const KEPT = `${FOLDER}soak.json`;

const MARKS = {
  begin: '<!-- What follows is made by `npm run soak:report` from docs/reliability/soak.json. -->',
  end: '<!-- Here the soak ends. -->',
};

/** `docs/reliability.md` with what is kept of the last run. */
export async function documentOfKept(): Promise<string> {
  const result = soakResult.parse(JSON.parse(readFileSync(KEPT, 'utf8')));
  const images = SOAK_PLOTS.map(({ file, title }) => `![${title}](reliability/${file})`);
  const document = replaceBetween(readFileSync(DOCUMENT, 'utf8'), MARKS, [soakReport(result), ...images].join('\n\n'));
  return await format(document, { ...(await resolveConfig(DOCUMENT)), parser: 'markdown' });
}

/** Keeps what came of a run, and writes its plots and the document. `path`: where `npm run soak` has put its samples. */
export async function keepSoak(path: string): Promise<void> {
  const record = parseSoak(readFileSync(path, 'utf8'));
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(KEPT, `${JSON.stringify(resultOf(record), undefined, 1)}\n`);
  for (const plot of SOAK_PLOTS) writeFileSync(FOLDER + plot.file, drawSoak(plot, record.samples));
  writeFileSync(DOCUMENT, await documentOfKept());
}
