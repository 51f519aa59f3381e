import { Controller, Get, Inject, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { Access } from '../access/route-access.js';
import { ProblemError } from '../http/problem-error.js';
import { Described } from '../openapi/operation.js';
import { WEB_SOCKET } from './ws-operation.js';
import { WsServer } from './ws-server.js';

/** `GET /ws`. Requests for a WebSocket come as `upgrade`; those that come here ask for something else. */
@Controller('ws')
export class WsController implements OnModuleInit {
  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost<FastifyAdapter>,
    @Inject(WsServer) private readonly server: WsServer,
  ) {}

  onModuleInit(): void {
    this.host.httpAdapter.getInstance().server.on('upgrade', this.server.upgrade);
  }

  @Get()
  @Described(WEB_SOCKET)
  @Access('open')
  get(): never {
    throw new ProblemError('bad_request', 'A WebSocket is here: the request needs Upgrade: websocket.');
  }
}
