import type { NewExport } from '../gateway/exports.js';

/** Which of a channel's records: all, those of the last hour, or those of a time. */
export type ExportRange = 'all' | 'hour' | 'between';

/** The bounds as REST takes them. `from` and `to` are what a `datetime-local` field holds, in this machine's zone; empty: no bound. */
export function boundsOf(range: ExportRange, from: string, to: string): Pick<NewExport, 'since' | 'until'> {
  switch (range) {
    case 'all':
      return {};
    case 'hour':
      return { since: '1h' };
    case 'between':
      return { ...(from !== '' && { since: instant(from) }), ...(to !== '' && { until: instant(to) }) };
  }
}

function instant(local: string): string {
  return new Date(local).toISOString();
}
