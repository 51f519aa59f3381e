import type { ReactNode } from 'react';
import { ageOf, clockOf } from '../app/ages.js';
import { useNow } from '../app/use-now.js';
import type { ConnectionView } from './connection-view.js';

/** The numbers of a connection, in one line. */
export function ConnectionFacts({ view }: { readonly view: ConnectionView }) {
  const now = useNow(1_000);
  const { received, lastAt, connectedAt, latency, roundTrip, transport } = view;
  return (
    <dl className="facts">
      <Fact name="Lines received" value={received.toLocaleString('en')} />
      <Fact name="Last message" value={lastAt === undefined ? 'none yet' : ageOf(lastAt, now)} />
      <Fact name="Connected" value={connectedAt === undefined ? 'no' : clockOf(now - connectedAt)} />
      <Fact name="Latency" value={millis(latency)} about="from the newest line's time to its arrival, by two clocks" />
      <Fact name="Ping" value={millis(roundTrip)} about="there and back" />
      <Fact name="Transport" value={transport === undefined ? 'none' : TRANSPORTS[transport]} />
    </dl>
  );
}

export const TRANSPORTS = { websocket: 'WebSocket', sse: 'SSE' } as const;

function millis(value: number | null): string {
  return value === null ? '–' : `${value.toLocaleString('en')} ms`;
}

function Fact({ name, value, about }: { readonly name: string; readonly value: ReactNode; readonly about?: string }) {
  return (
    <div className="fact" title={about}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
