import { useState, type SubmitEvent } from 'react';
import { Fault } from '../app/fault.js';
import { startExport, type ExportFormat } from '../gateway/exports.js';
import { useSession } from '../session/session-context.js';
import { Choice } from './choice.js';
import type { Channels } from './exportable.js';
import { boundsOf, type ExportRange } from './export-range.js';

interface ExportFormProps {
  /** What may be exported. */
  readonly channels: Channels;
  readonly onStarted: () => void;
}

const FORMATS: readonly (readonly [ExportFormat, string])[] = [
  ['text', 'Text'],
  ['ndjson', 'NDJSON'],
];

const RANGES: readonly (readonly [ExportRange, string])[] = [
  ['all', 'The whole channel'],
  ['hour', 'The last hour'],
  ['between', 'A range of time'],
];

/** Asks for an export. */
export function ExportForm({ channels, onStarted }: ExportFormProps) {
  const { failed } = useSession();
  const [channel, setChannel] = useState(channels[0]);
  const [format, setFormat] = useState<ExportFormat>('text');
  const [range, setRange] = useState<ExportRange>('all');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [fault, setFault] = useState('');
  const [isBusy, setBusy] = useState(false);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setBusy(true);
    startExport({ channel, format, ...boundsOf(range, from, to) })
      .then(
        () => {
          setFault('');
          onStarted();
        },
        (error: unknown) => {
          failed(error);
          setFault(error instanceof Error ? error.message : String(error));
        },
      )
      .finally(() => setBusy(false));
  };
  return (
    <form className="export-form" onSubmit={submit}>
      <p>A compressed file of all lines, whatever is filtered or hidden here. You may close this meanwhile.</p>
      {channels.length > 1 && (
        <Choice name="Channel" value={channel} onChange={setChannel} options={channels.map((each) => [each, each])} />
      )}
      <Choice name="Format" value={format} onChange={setFormat} options={FORMATS} />
      <Choice name="Lines" value={range} onChange={setRange} options={RANGES} />
      {range === 'between' && (
        <div className="export-times">
          <Time name="From" value={from} onChange={setFrom} latest={to} isRequired={to === ''} />
          <Time name="To" value={to} onChange={setTo} />
        </div>
      )}
      <Fault text={fault} />
      <button type="submit" className="main-action" disabled={isBusy}>
        Start
      </button>
    </form>
  );
}

interface TimeProps {
  readonly name: string;
  /** In this machine's zone; empty: none. */
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** It must not be after this one; empty: it may be any. */
  readonly latest?: string;
  readonly isRequired?: boolean;
}

function Time({ name, value, onChange, latest = '', isRequired = false }: TimeProps) {
  return (
    <label className="stacked">
      {name}
      <input
        type="datetime-local"
        step={1}
        value={value}
        max={latest === '' ? '9999-12-31T23:59:59' : latest}
        required={isRequired}
        onChange={({ target }) => onChange(target.value)}
      />
    </label>
  );
}
