import { Inject, Module, type OnModuleDestroy } from '@nestjs/common';
import type { LogBroker } from '@tailgate/broker';
import { LOGGER, type Logger } from '@tailgate/runtime';
import { LOG_BROKER } from '../broker/tokens.js';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config/gateway-config.js';
import { systemClock } from '../feed/clock.js';
import { DemoDeployments } from './demo-deployments.js';
import { DeploymentsController } from './deployments.controller.js';

/** Demo deployments, which end with the application. */
@Module({
  controllers: [DeploymentsController],
  providers: [
    {
      provide: DemoDeployments,
      inject: [GATEWAY_CONFIG, LOG_BROKER, LOGGER],
      useFactory: ({ demo, logs }: GatewayConfig, broker: LogBroker, logger: Logger) =>
        new DemoDeployments({ demo, logs, broker, logger, clock: systemClock }),
    },
  ],
})
export class DemoModule implements OnModuleDestroy {
  constructor(@Inject(DemoDeployments) private readonly deployments: DemoDeployments) {}

  onModuleDestroy(): Promise<void> {
    return this.deployments[Symbol.asyncDispose]();
  }
}
