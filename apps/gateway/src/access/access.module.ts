import { Module, type DynamicModule } from '@nestjs/common';
import type { OriginRule } from '../http/origin-rule.js';
import type { TrustedProxies } from '../http/trusted-proxies.js';
import { ACCESS_MODE, ADMISSION, TICKETS, TRUSTED_PROXIES } from './access-tokens.js';
import type { Admission } from './admission.js';
import type { AccessMode } from './mode.js';
import { SessionController } from './session.controller.js';
import type { Tickets } from './tickets.js';
import { TicketsController } from './tickets.controller.js';

/** What access stands on: made before Nest, since Fastify asks it before any route of Nest's. */
export interface AccessParts {
  readonly admission: Admission;
  readonly origins: OriginRule;
  readonly mode: AccessMode;
  readonly tickets: Tickets;
  readonly proxies: TrustedProxies;
}

/** Signing in and tickets; makes `ADMISSION` injectable everywhere. */
@Module({})
export class AccessModule {
  static with({ admission, mode, tickets, proxies }: AccessParts): DynamicModule {
    const admitting = { provide: ADMISSION, useValue: admission };
    return {
      module: AccessModule,
      global: true,
      controllers: [SessionController, TicketsController],
      providers: [
        admitting,
        { provide: ACCESS_MODE, useValue: mode },
        { provide: TICKETS, useValue: tickets },
        { provide: TRUSTED_PROXIES, useValue: proxies },
      ],
      exports: [admitting],
    };
  }
}
