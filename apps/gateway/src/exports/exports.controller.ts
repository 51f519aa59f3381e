import { Readable } from 'node:stream';
import { Body, Controller, Delete, Get, Header, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { channelKind, channelShortName } from '@tailgate/protocol';
import { LOGGER, type Logger } from '@tailgate/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from '../access/route-access.js';
import { Described } from '../openapi/operation.js';
import { CREATE_EXPORT, DELETE_EXPORT, DOWNLOAD_EXPORT, LIST_EXPORTS, SHOW_EXPORT } from './export-operations.js';
import { readExportBody } from './export-body.js';
import { viewExport, type ExportView } from './export-view.js';
import { Exports } from './exports.js';

/** `/api/exports`: channels as files, which are made in the background. */
@Controller('api/exports')
export class ExportsController {
  constructor(
    @Inject(Exports) private readonly exports: Exports,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Post()
  @Described(CREATE_EXPORT)
  @Header('cache-control', 'no-store')
  async create(@Body() body: unknown, @Req() request: FastifyRequest): Promise<ExportView> {
    return viewExport(await this.exports.create(readExportBody(body, Date.now()), callerOf(request)));
  }

  @Get()
  @Described(LIST_EXPORTS)
  @Header('cache-control', 'no-store')
  async list(@Req() request: FastifyRequest): Promise<{ exports: readonly ExportView[] }> {
    return { exports: (await this.exports.list(callerOf(request))).map(viewExport) };
  }

  @Get(':export')
  @Described(SHOW_EXPORT)
  @Header('cache-control', 'no-store')
  async show(@Param('export') id: string, @Req() request: FastifyRequest): Promise<ExportView> {
    return viewExport(await this.exports.get(id, callerOf(request)));
  }

  @Get(':export/download')
  @Described(DOWNLOAD_EXPORT)
  async download(
    @Param('export') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { data, bytes, chunks } = await this.exports.file(id, callerOf(request));
    const name = `${channelKind(data.channel)}-${channelShortName(data.channel)}`;
    reply.headers({
      'content-type': 'application/gzip',
      'content-length': bytes,
      'content-disposition': `attachment; filename="${name}.${data.format === 'text' ? 'log' : 'ndjson'}.gz"`,
      'cache-control': 'no-store',
    });
    const source = Readable.from(chunks, { objectMode: false });
    source.on('error', (error) => this.logger.warn({ error }, 'the download of an export broke off'));
    await reply.send(source);
  }

  @Delete(':export')
  @Described(DELETE_EXPORT)
  @HttpCode(204)
  async delete(@Param('export') id: string, @Req() request: FastifyRequest): Promise<void> {
    await this.exports.delete(id, callerOf(request));
  }
}
