import type { ExportPlan, ExportProgress, Job } from '@tailgate/jobs';
import type { exportSchema } from '@tailgate/protocol/schemas';
import type * as z from 'zod';

export type ExportJob = Job<ExportPlan, ExportProgress>;

export type ExportView = z.output<typeof exportSchema>;

/** An export as REST tells of it. */
export function viewExport({ id, data, state, progress, added, failure }: ExportJob): ExportView {
  const { scanned = 0, records = 0, bytes = 0, lost = 0 } = progress ?? {};
  return {
    id,
    channel: data.channel,
    format: data.format,
    since: data.since ?? null,
    until: data.until ?? null,
    state: state === 'open' ? (progress ? 'running' : 'waiting') : state,
    progress: state === 'finished' ? 1 : Math.min(1, data.total === 0 ? 0 : (scanned + lost) / data.total),
    records,
    bytes,
    lost,
    created: added,
    expires: data.expires,
    error: state === 'failed' ? (failure?.message ?? null) : null,
  };
}
