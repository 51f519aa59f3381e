import type { MemoryUsage } from '@tailgate/broker';
import { Gauge, type Registry } from 'prom-client';

/** How full the in-process broker is. */
export function measureBroker(broker: { readonly usage: MemoryUsage }, registry: Registry): void {
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(value());
      },
    });
  gauge('tailgate_broker_channels', 'Channels that the broker knows.', () => broker.usage.channels);
  gauge('tailgate_broker_batches', 'Batches that the in-process broker holds.', () => broker.usage.batches);
  gauge(
    'tailgate_broker_receipts',
    'Posted appends that the in-process broker remembers.',
    () => broker.usage.receipts,
  );
  gauge('tailgate_broker_bytes', 'Bytes of batches that the in-process broker holds.', () => broker.usage.bytes);
}
