import { Module, type DynamicModule } from '@nestjs/common';
import type { Queues } from '@tailgate/jobs';
import { Alerts } from './alerts.js';
import { AlertsController } from './alerts.controller.js';

/** Rules for alerts. */
@Module({})
export class AlertsModule {
  static with(queues: Queues): DynamicModule {
    return {
      module: AlertsModule,
      controllers: [AlertsController],
      providers: [{ provide: Alerts, useValue: new Alerts(queues) }],
    };
  }
}
