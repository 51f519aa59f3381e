import { Gauge, type Registry } from 'prom-client';

/** How many channels this gateway follows for viewers, and what of them it has in memory. */
export function measureFeeds(feeds: { readonly size: number; readonly bytes: number }, registry: Registry): void {
  new Gauge({
    name: 'tailgate_feeds',
    help: 'Channels that are followed for viewers, or were a moment ago.',
    registers: [registry],
    collect() {
      this.set(feeds.size);
    },
  });
  new Gauge({
    name: 'tailgate_feed_bytes',
    help: 'Bytes of recent batches that viewers share.',
    registers: [registry],
    collect() {
      this.set(feeds.bytes);
    },
  });
}
