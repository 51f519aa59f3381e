import { Module, type DynamicModule } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Health } from './lifecycle/health.js';
import type { MetricsPage } from './telemetry/metrics.js';

export const LOGGER = Symbol('Logger');
export const METRICS = Symbol('Metrics');
export const METRICS_PAGE = Symbol('MetricsPage');
export const HEALTH = Symbol('Health');

export interface Runtime {
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly health: Health;
}

/** Of a process with an HTTP face: beside its own metrics what it tells whoever asks for them. */
export interface ServingRuntime extends Runtime {
  readonly metricsPage: MetricsPage;
}

/** Makes what every process has injectable everywhere: `LOGGER`, `METRICS`, `HEALTH` and `METRICS_PAGE`. */
@Module({})
export class RuntimeModule {
  static with({ logger, metrics, health, metricsPage }: ServingRuntime): DynamicModule {
    const providers = [
      { provide: LOGGER, useValue: logger },
      { provide: METRICS, useValue: metrics },
      { provide: HEALTH, useValue: health },
      { provide: METRICS_PAGE, useValue: metricsPage },
    ];
    return { module: RuntimeModule, global: true, providers, exports: providers };
  }
}
