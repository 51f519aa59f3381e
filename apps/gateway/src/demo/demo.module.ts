import { Module, type DynamicModule } from '@nestjs/common';
import { DemoDeployments, type DemoContext } from './demo-deployments.js';
import { DeploymentsController } from './deployments.controller.js';

/** Demo deployments, as they are asked for. */
@Module({})
export class DemoModule {
  static with(context: DemoContext): DynamicModule {
    return {
      module: DemoModule,
      controllers: [DeploymentsController],
      providers: [{ provide: DemoDeployments, useValue: new DemoDeployments(context) }],
    };
  }
}
