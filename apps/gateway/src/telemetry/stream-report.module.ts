import { hostname } from 'node:os';
import { pid } from 'node:process';
import { Module } from '@nestjs/common';
import { HEALTH, LOGGER, METRICS, type Health, type Logger } from '@tailgate/runtime';
import type { Registry } from 'prom-client';
import { CountedPlaces } from '../connection/counted-places.js';
import { MAX_STREAMS, STREAM_OBSERVER, STREAM_OPTIONS, type StreamOptions } from '../stream/stream-options.js';
import { StreamReport } from './stream-report.js';

/** What the stream module is given: its name among the gateways, and whom to report to. */
@Module({
  providers: [
    {
      provide: STREAM_OPTIONS,
      inject: [HEALTH],
      useFactory: (health: Health): StreamOptions => ({
        replica: `${hostname()}-${pid}`,
        places: new CountedPlaces(MAX_STREAMS),
        isStarting: () => health.state === 'starting',
      }),
    },
    {
      provide: STREAM_OBSERVER,
      inject: [LOGGER, METRICS],
      useFactory: (logger: Logger, metrics: Registry) => new StreamReport(logger, metrics),
    },
  ],
  exports: [STREAM_OPTIONS, STREAM_OBSERVER],
})
export class StreamReportModule {}
