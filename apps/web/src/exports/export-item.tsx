import { exportFile, type ChannelExport } from '../gateway/exports.js';
import { byteSize } from './byte-size.js';
import { recordsText } from './export-news.js';

interface ExportItemProps {
  readonly exported: ChannelExport;
  readonly onDelete: () => void;
}

/** How one export fares, and what can be done with it. */
export function ExportItem({ exported, onDelete }: ExportItemProps) {
  const { id, channel, format, state, progress, records, bytes, lost, expires, error } = exported;
  return (
    <li>
      <p className="export-head">
        <strong>{channel}</strong>
        <span data-state={state}>
          {state} {state === 'running' && percent(progress)}
        </span>
      </p>
      <progress aria-label={`Progress of the export of ${channel}`} max={1} value={progress} />
      <p className="about">
        {format === 'text' ? 'Text' : 'NDJSON'}, {rangeText(exported)} · {recordsText(records)} · {byteSize(bytes)}
        {lost > 0 && ` · ${lost.toLocaleString('en')} were trimmed before they could be written`} · kept until{' '}
        {new Date(expires).toLocaleString()}
      </p>
      {error !== null && <p className="fault">{error}</p>}
      <p className="export-actions">
        {state === 'finished' && (
          <a href={exportFile(id)} download aria-label={`Download the export of ${channel}`}>
            Download
          </a>
        )}
        <button type="button" aria-label={`Delete the export of ${channel}`} onClick={onDelete}>
          Delete
        </button>
      </p>
    </li>
  );
}

function percent(fraction: number): string {
  return `${Math.floor(fraction * 100)} %`;
}

function rangeText({ since, until }: ChannelExport): string {
  if (since === null && until === null) return 'the whole channel';
  const from = since === null ? '' : `from ${new Date(since).toLocaleString()}`;
  const to = until === null ? '' : `to ${new Date(until).toLocaleString()}`;
  return `${from} ${to}`.trim();
}
