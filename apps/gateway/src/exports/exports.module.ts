import { Module, type DynamicModule } from '@nestjs/common';
import { Exports, type ExportsContext } from './exports.js';
import { ExportsController } from './exports.controller.js';

/** Exports, as they are asked for. */
@Module({})
export class ExportsModule {
  static with(context: ExportsContext): DynamicModule {
    return {
      module: ExportsModule,
      controllers: [ExportsController],
      providers: [{ provide: Exports, useValue: new Exports(context) }],
    };
  }
}
