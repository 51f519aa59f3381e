import { Module, type DynamicModule } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import type { Queues } from '@tailgate/jobs';
import { RuntimeModule, type ServingRuntime } from '@tailgate/runtime';
import { AccessModule, type AccessParts } from './access/access.module.js';
import { AdmittedCallers } from './access/admitted-callers.js';
import { BrokerModule } from './broker/broker.module.js';
import type { Broker } from './broker/broker.js';
import { ChannelsController } from './channels/channels.controller.js';
import { ConfigModule } from './config/config.module.js';
import type { GatewayConfig } from './config/gateway-config.js';
import { CallersModule } from './connection/callers.module.js';
import { StreamReportModule, type ReportTo } from './telemetry/stream-report.module.js';
import { StreamModule } from './stream/stream.module.js';
import { DemoModule } from './demo/demo.module.js';
import { AlertsModule } from './alerts/alerts.module.js';
import { ExportsModule } from './exports/exports.module.js';
import { DownloadController } from './download/download.controller.js';
import { OpenApiController } from './openapi/openapi.controller.js';
import { IngestController } from './ingest/ingest.controller.js';
import { RecordsController } from './records/records.controller.js';
import { OperationsController } from './operations/operations.controller.js';

/** The HTTP face. What it stands on is made before it, and outlives it. */
@Module({})
export class AppModule {
  static with(
    config: GatewayConfig,
    runtime: ServingRuntime,
    broker: Broker,
    queues: Queues,
    access: AccessParts,
    reports: ReportTo,
  ): DynamicModule {
    // Of a process that shares a Redis others may write what is asked for here.
    const logs = config.redisUrl === undefined ? config.logs : undefined;
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(config),
        RuntimeModule.with(runtime),
        BrokerModule.with(broker),
        AccessModule.with(access),
        CallersModule.with(new AdmittedCallers(access.admission, access.mode)),
        DiscoveryModule,
        StreamModule.with([StreamReportModule.with(reports)]),
        DemoModule.with({ demo: config.demo, logs, broker, queue: queues.deployments }),
        ExportsModule.with({ ...config, broker, queues }),
        AlertsModule.with(queues),
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
