import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { signInSchema } from '@tailgate/protocol/schemas';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config/gateway-config.js';
import { ProblemError } from '../http/problem-error.js';
import { Described } from '../openapi/operation.js';
import type { TrustedProxies } from '../http/trusted-proxies.js';
import { SIGN_IN, SIGN_OUT, WHO_AM_I } from './access-operations.js';
import { ACCESS_MODE, TRUSTED_PROXIES } from './access-tokens.js';
import { viewCaller, type CallerView } from './caller-view.js';
import type { Caller } from './caller.js';
import type { AccessMode } from './mode.js';
import { Access, callerOf } from './route-access.js';
import { fitsCookie, noSessionCookie, sessionCookie, type CookieScope } from './session-cookie.js';
import { readBearer } from './token-mode.js';

/** PROTOCOL: "`POST /api/session` · `GET` · `DELETE`": the sign-in of browsers, whose `EventSource` can send nothing but cookies. */
@Controller('api/session')
export class SessionController {
  constructor(
    @Inject(ACCESS_MODE) private readonly mode: AccessMode,
    @Inject(TRUSTED_PROXIES) private readonly proxies: TrustedProxies,
    @Inject(GATEWAY_CONFIG) private readonly config: Pick<GatewayConfig, 'basePath'>,
  ) {}

  /** The token comes as `Authorization: Bearer`, or as `{"token"}`. An old cookie counts for nothing here. */
  @Post()
  @Described(SIGN_IN)
  @Access('open')
  @HttpCode(200)
  async signIn(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: unknown,
  ): Promise<CallerView> {
    const token = readBearer(request.headers.authorization) ?? readBody(body);
    const caller = await this.#verify(token);
    if (!fitsCookie(token))
      throw new ProblemError('bad_request', 'The token is too long for a cookie; name fewer channels in it.');
    reply.header('set-cookie', sessionCookie(token, caller.expiresAt ?? 0, this.#cookieScope(request)));
    reply.header('cache-control', 'no-store');
    return viewCaller(caller, this.mode.name);
  }

  @Get()
  @Described(WHO_AM_I)
  who(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): CallerView {
    reply.header('cache-control', 'no-store');
    return viewCaller(callerOf(request), this.mode.name);
  }

  /** Open, since whoever's token has expired wants to be rid of it too. */
  @Delete()
  @Described(SIGN_OUT)
  @Access('open')
  @HttpCode(204)
  signOut(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): void {
    reply.header('set-cookie', noSessionCookie(this.#cookieScope(request)));
  }

  #verify(token: string): Promise<Caller> {
    const { mode } = this;
    if (mode.verify) return mode.verify(token);
    throw new ProblemError('bad_request', `Nobody signs in here: this server has AUTH=${mode.name}.`);
  }

  /** A page that was loaded over HTTPS says so by its origin, also where no proxy is trusted to. */
  #cookieScope({ raw }: FastifyRequest): CookieScope {
    const secure = this.proxies.schemeOf(raw) === 'https' || (raw.headers.origin ?? '').startsWith('https://');
    // Beside others in their folders of the same host, each keeps its own.
    return { path: this.config.basePath || '/', secure };
  }
}

function readBody(body: unknown): string {
  const read = signInSchema.safeParse(body);
  if (read.success) return read.data.token;
  throw new ProblemError(
    'bad_request',
    'A token is needed: Authorization: Bearer, or the body {"token":"…"} as application/json.',
  );
}
