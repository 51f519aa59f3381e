import { Module, type DynamicModule } from '@nestjs/common';
import type { LogBroker, TailerSigns } from '@tailgate/broker';
import { LOG_BROKER, TAILER_SIGNS } from './tokens.js';

/** Makes the broker injectable everywhere. Whoever made it closes it. */
@Module({})
export class BrokerModule {
  static with(broker: LogBroker & TailerSigns): DynamicModule {
    const providers = [
      { provide: LOG_BROKER, useValue: broker },
      { provide: TAILER_SIGNS, useValue: broker },
    ];
    return { module: BrokerModule, global: true, providers, exports: providers };
  }
}
