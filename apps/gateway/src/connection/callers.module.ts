import { Module, type DynamicModule } from '@nestjs/common';
import { CALLERS, type Callers } from './caller.js';

/** Makes `CALLERS` injectable everywhere. */
@Module({})
export class CallersModule {
  static with(callers: Callers): DynamicModule {
    const providers = [{ provide: CALLERS, useValue: callers }];
    return { module: CallersModule, global: true, providers, exports: providers };
  }
}
