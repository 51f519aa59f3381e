import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Logger } from '@tailgate/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from './problem-error.js';
import { problemOf } from './problem-of.js';
import { sendProblem } from './send-problem.js';

/** Answers whatever was thrown, anywhere: what the caller may know as it is, the rest as `internal`, with the truth in the log. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    /** The page for people who followed a dead link. */
    private readonly notFoundPage: string,
  ) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(exception, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  answer(exception: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const error =
      problemOf(exception) ??
      (isAbandoned(request) ? new ProblemError('bad_request') : this.#internal(exception, request));
    // Half an answer is out: all that is left is to end it so that the caller sees that it is no whole one.
    if (reply.sent || reply.raw.headersSent) reply.raw.destroy();
    else if (error.problem.code === 'not_found' && wantsPage(request)) this.#sendNotFoundPage(reply);
    else sendProblem(reply, error.problem, error.headers);
  }

  #internal(error: unknown, request: FastifyRequest): ProblemError {
    this.logger.error({ error, method: request.method, route: request.routeOptions.url }, 'a request failed');
    return new ProblemError('internal');
  }

  #sendNotFoundPage(reply: FastifyReply): void {
    void reply.code(404).header('cache-control', 'no-store').type('text/html; charset=utf-8').send(this.notFoundPage);
  }
}

/** Its caller left, or was cut off, before its body was there: nobody is to be answered, and nothing of ours has failed. */
function isAbandoned({ raw }: FastifyRequest): boolean {
  return raw.destroyed && !raw.complete;
}

/** Only who asks for HTML by name gets it: `curl` and `fetch` accept anything. */
function wantsPage({ headers, method, url }: FastifyRequest): boolean {
  return (
    (method === 'GET' || method === 'HEAD') && !url.startsWith('/api') && /\btext\/html\b/.test(headers.accept ?? '')
  );
}
