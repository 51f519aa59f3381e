import { Module, type DynamicModule } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Health } from './lifecycle/health.js';

export const LOGGER = Symbol('Logger');
export const METRICS = Symbol('Metrics');
export const HEALTH = Symbol('Health');

export interface Runtime {
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly health: Health;
}

/** Makes what every process has injectable everywhere: `LOGGER`, `METRICS` and `HEALTH`. */
@Module({})
export class RuntimeModule {
  static with({ logger, metrics, health }: Runtime): DynamicModule {
    const providers = [
      { provide: LOGGER, useValue: logger },
      { provide: METRICS, useValue: metrics },
      { provide: HEALTH, useValue: health },
    ];
    return { module: RuntimeModule, global: true, providers, exports: providers };
  }
}
