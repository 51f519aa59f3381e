import { hostname } from 'node:os';
import { pid } from 'node:process';
import { Module, type DynamicModule } from '@nestjs/common';
import { HEALTH, LOGGER, METRICS, type Health, type Logger } from '@tailgate/runtime';
import type { Registry } from 'prom-client';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config/gateway-config.js';
import type { Refusals } from '../limits/refusals.js';
import { StreamPlaces } from '../limits/stream-places.js';
import { STREAM_OBSERVER, STREAM_OPTIONS, type StreamOptions } from '../stream/stream-options.js';
import type { Handshake } from '../ws/ws-server.js';
import { measureFeeds } from './feed-metrics.js';
import { StreamReport } from './stream-report.js';

/** Whom the stream module tells of what is not its own to count. */
export interface ReportTo {
  readonly refusals: Refusals;
  readonly onHandshake: (handshake: Handshake) => void;
}

/** What the stream module is given: its name among the gateways, how many it serves, and whom to report to. */
@Module({})
export class StreamReportModule {
  static with({ refusals, onHandshake }: ReportTo): DynamicModule {
    const options = {
      provide: STREAM_OPTIONS,
      inject: [HEALTH, GATEWAY_CONFIG, METRICS],
      useFactory: (health: Health, config: GatewayConfig, metrics: Registry): StreamOptions => ({
        replica: `${hostname()}-${pid}`,
        places: new StreamPlaces(config, (limit) => refusals.count(limit)),
        stuckMs: config.stalledFor,
        compresses: config.streamCompression,
        limits: config,
        onBeyond: (limit) => refusals.count(limit),
        onHandshake,
        measureFeeds: (feeds) => measureFeeds(feeds, metrics),
        isStarting: () => health.state === 'starting',
      }),
    };
    const observer = {
      provide: STREAM_OBSERVER,
      inject: [LOGGER, METRICS],
      useFactory: (logger: Logger, metrics: Registry) => new StreamReport(logger, metrics),
    };
    return { module: StreamReportModule, providers: [options, observer], exports: [options, observer] };
  }
}
