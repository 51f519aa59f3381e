import type { Entry } from '@tailgate/client';
import { parseChannel } from '@tailgate/protocol';
import { createRoot } from 'react-dom/client';
import '../../../app/tailgate.css';
import { LogView } from '../../index.js';
import { logEntry } from '../entries.js';
import { FakeSource } from '../fake-source.js';
import './harness.css';
import { lineMaker } from './line-makers.js';

// The log with a source that a test holds: `?lines=1000000&tail=1000000&make=long&at=1-500&lanes=2&limit=1000000`.

/** What tests call. */
interface Harness {
  /** So many more lines come. */
  append(count: number): void;
  /** These come. */
  deliver(entries: readonly Entry[]): void;
  /** History can't be loaded, for this reason. */
  fail(reason: string | undefined): void;
  /** What the view has said of the address. */
  readonly positions: (string | undefined)[];
}

declare global {
  interface Window {
    harness: Harness;
  }
}

const query = new URLSearchParams(location.search);
const number = (name: string, otherwise: number): number => Number(query.get(name) ?? otherwise);
const channels = ['deployment/web', 'host/h5'].slice(0, number('lanes', 1)).map((name) => {
  const channel = parseChannel(name);
  if (channel === undefined) throw new Error(name);
  return channel;
});
const [channel] = channels;
const root = document.querySelector('#root');
if (channel === undefined || !root) throw new Error('the harness has no channel or no root');

const lineAt = lineMaker(query.get('make') ?? 'short');
const lines = number('lines', 100);
const source = new FakeSource(channel, number('tail', lines));
const append = (count: number): void => {
  const first = source.records.length + 1;
  source.append(Array.from({ length: count }, (_, i) => logEntry(first + i, { line: lineAt(first + i) })));
};
for (let left = lines; left > 0; left -= 10_000) append(Math.min(left, 10_000));

const positions: (string | undefined)[] = [];
window.harness = {
  append,
  deliver: (entries) => source.append(entries),
  fail: (reason) => (source.failure = reason === undefined ? undefined : new Error(reason)),
  positions,
};

const limits = { lines: number('limit', 1_000_000), characters: Infinity };
const downloads = { text: '/download?format=text', ndjson: '/download?format=ndjson' };

createRoot(root).render(
  <LogView
    source={source}
    channels={channels}
    at={query.get('at') ?? undefined}
    linkTo={({ position }) => `?at=${position}`}
    onPosition={(position) => positions.push(position)}
    downloads={downloads}
    limits={limits}
  />,
);
