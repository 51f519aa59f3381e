import { Controller, Get, Header, Inject } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { Access } from '../access/route-access.js';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config/gateway-config.js';
import { apiDocument, type Route } from './api-document.js';
import { findRoutes } from './described-routes.js';
import type { JsonSchema } from './json-schemas.js';
import { OPENAPI_DOCUMENT } from './openapi-operation.js';
import { Described } from './operation.js';

/** `GET /openapi.json`: what this gateway answers to, made from the code that does. */
@Controller()
export class OpenApiController {
  #document: JsonSchema | undefined;

  constructor(
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(MetadataScanner) private readonly scanner: MetadataScanner,
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(GATEWAY_CONFIG) private readonly config: Pick<GatewayConfig, 'basePath'>,
  ) {}

  @Get('openapi.json')
  @Access('open')
  @Described(OPENAPI_DOCUMENT)
  @Header('cache-control', 'no-cache')
  document(): JsonSchema {
    // Not before it is asked for: then all controllers are there.
    this.#document ??= apiDocument(
      findRoutes(this.discovery, this.scanner, this.reflector).flatMap(({ operation, ...route }): Route[] =>
        operation ? [{ ...route, operation }] : [],
      ),
      this.config.basePath,
    );
    return this.#document;
  }
}
