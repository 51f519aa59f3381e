import { Body, Controller, Delete, Get, Header, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { newAlertSchema } from '@tailgate/protocol/schemas';
import type { FastifyRequest } from 'fastify';
import { callerOf } from '../access/route-access.js';
import { readJsonBody } from '../http/json-body.js';
import { Described } from '../openapi/operation.js';
import {
  CREATE_ALERT,
  DELETE_ALERT,
  DELETE_DELIVERY,
  LIST_ALERTS,
  LIST_DELIVERIES,
  RETRY_DELIVERY,
  SHOW_ALERT,
} from './alert-operations.js';
import { viewAlert, viewDelivery, type AlertView, type DeliveryView } from './alert-view.js';
import { Alerts } from './alerts.js';

/** `/api/alerts`: rules, and what has become of what they gave. */
@Controller('api/alerts')
export class AlertsController {
  constructor(@Inject(Alerts) private readonly alerts: Alerts) {}

  @Post()
  @Described(CREATE_ALERT)
  @Header('cache-control', 'no-store')
  async create(@Body() body: unknown, @Req() request: FastifyRequest): Promise<AlertView> {
    return viewAlert(await this.alerts.create(readJsonBody(newAlertSchema, 'an alert', body), callerOf(request)));
  }

  @Get()
  @Described(LIST_ALERTS)
  @Header('cache-control', 'no-store')
  async list(@Req() request: FastifyRequest): Promise<{ alerts: readonly AlertView[] }> {
    return { alerts: (await this.alerts.list(callerOf(request))).map(viewAlert) };
  }

  @Get('deliveries')
  @Described(LIST_DELIVERIES)
  @Header('cache-control', 'no-store')
  async deliveries(@Req() request: FastifyRequest): Promise<{ deliveries: readonly DeliveryView[] }> {
    return { deliveries: (await this.alerts.deliveries(callerOf(request))).map(viewDelivery) };
  }

  @Post('deliveries/:delivery/retry')
  @Described(RETRY_DELIVERY)
  @HttpCode(202)
  async retry(@Param('delivery') id: string, @Req() request: FastifyRequest): Promise<void> {
    await this.alerts.retry(id, callerOf(request));
  }

  @Delete('deliveries/:delivery')
  @Described(DELETE_DELIVERY)
  @HttpCode(204)
  async forget(@Param('delivery') id: string, @Req() request: FastifyRequest): Promise<void> {
    await this.alerts.forget(id, callerOf(request));
  }

  @Get(':alert')
  @Described(SHOW_ALERT)
  @Header('cache-control', 'no-store')
  async show(@Param('alert') id: string, @Req() request: FastifyRequest): Promise<AlertView> {
    return viewAlert(await this.alerts.get(id, callerOf(request)));
  }

  @Delete(':alert')
  @Described(DELETE_ALERT)
  @HttpCode(204)
  async delete(@Param('alert') id: string, @Req() request: FastifyRequest): Promise<void> {
    await this.alerts.delete(id, callerOf(request));
  }
}
