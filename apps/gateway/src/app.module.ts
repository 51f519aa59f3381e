import { Module, type DynamicModule } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import type { LogBroker, TailerSigns } from '@tailgate/broker';
import { RuntimeModule, type Runtime } from '@tailgate/runtime';
import { BrokerModule } from './broker/broker.module.js';
import { ChannelsController } from './channels/channels.controller.js';
import { ConfigModule } from './config/config.module.js';
import type { GatewayConfig } from './config/gateway-config.js';
import { OpenCallers } from './connection/caller.js';
import { CallersModule } from './connection/callers.module.js';
import { HostRule } from './http/host-rule.js';
import { StreamReportModule } from './telemetry/stream-report.module.js';
import { StreamModule } from './stream/stream.module.js';
import { DemoModule } from './demo/demo.module.js';
import { DownloadController } from './download/download.controller.js';
import { OpenApiController } from './openapi/openapi.controller.js';
import { IngestController } from './ingest/ingest.controller.js';
import { RecordsController } from './records/records.controller.js';
import { OperationsController } from './operations/operations.controller.js';

/** The HTTP face. What it stands on is made before it, and outlives it. */
@Module({})
export class AppModule {
  static with(config: GatewayConfig, runtime: Runtime, broker: LogBroker & TailerSigns): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(config),
        RuntimeModule.with(runtime),
        BrokerModule.with(broker),
        CallersModule.with(new OpenCallers(new HostRule(config.allowedHosts))),
        DiscoveryModule,
        StreamModule.with([StreamReportModule]),
        DemoModule,
      ],
      controllers: [
        ChannelsController,
        RecordsController,
        IngestController,
        DownloadController,
        OpenApiController,
        OperationsController,
      ],
    };
  }
}
