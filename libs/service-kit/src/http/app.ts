import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import underPressure from '@fastify/under-pressure';
import fastify, { type FastifyBaseLogger, type FastifyRequest } from 'fastify';
import type { TokenVerifier } from '../auth/verifier.ts';
import type { App } from '../types.ts';
import { guardRoutes } from './access.ts';
import { checkAddress } from './address.ts';
import { answerClientError } from './client-error.ts';
import { allowOrigins } from './cross-origin.ts';
import { byStatus, handleError } from './errors.ts';
import { parseJson } from './json-body.ts';
import { describeApi } from './openapi.ts';
import { Problem } from './problem.ts';
import { correlationIdOf, logController, logRequests } from './request-log.ts';
import { secureAnswers } from './secure.ts';
import { sendProblem } from './send.ts';
import { traceRequests, traceUnrouted } from './tracing.ts';
import { noCardNumber } from './typed-text.ts';
import { validatorCompiler } from './validation.ts';

export interface AppSettings {
  service: string;
  log: FastifyBaseLogger;
  now(): number;
  verify: TokenVerifier;
  corsOrigins?: readonly string[];
  /** Why the store must be recovered before it may be used (K6); undefined while all is well. */
  behind?(): string | undefined;
  /** Routes added here are the service's own. */
  routes(app: App): void | Promise<void>;
}

/** The HTTP side of a service: everything it says is JSON, everything that goes wrong a problem document. */
export async function buildApp(settings: AppSettings): Promise<App> {
  const app = fastify({
    loggerInstance: settings.log,
    logController,
    childLoggerFactory: (log) => log,
    genReqId: (request) => correlationIdOf(request.headers['x-correlation-id']),
    bodyLimit: 1024 * 1024,
    requestTimeout: 30_000,
    routerOptions: { maxParamLength: 200 },
    // Answers say what is kept; words are looked at when they come in.
    serializerOpts: { ajv: { formats: { [noCardNumber]: true } } },
    clientErrorHandler: answerClientError,
    frameworkErrors(error, request, reply) {
      traceUnrouted(request, reply);
      handleError(error, request, reply);
    },
  }).withTypeProvider<TypeBoxTypeProvider>();

  app.decorate('now', settings.now);
  app.decorateRequest('principal', undefined);
  app.setValidatorCompiler(validatorCompiler);
  app.setErrorHandler(handleError);
  app.setNotFoundHandler((request, reply) => sendProblem(request, reply, byStatus(404)));
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, parseBody);

  traceRequests(app);
  logRequests(app);
  guardRoutes(app, settings.verify);
  app.addHook('preValidation', async (request) => {
    checkAddress(request);
    if (!request.routeOptions.config.public) refuseBehind(settings.behind?.());
  });
  await secureAnswers(app);
  await allowOrigins(app, settings.corsOrigins ?? []);
  await app.register(underPressure, {
    maxEventLoopDelay: 2_000,
    retryAfter: 2,
    pressureHandler: refuseUnderPressure,
  });
  await describeApi(app, settings.service);
  await settings.routes(app);
  return app;
}

function refuseBehind(detail: string | undefined): void {
  if (detail !== undefined)
    throw new Problem({ status: 503, code: 'store-behind-kafka', detail, retryAfter: 30 });
}

function refuseUnderPressure(): void {
  throw new Problem(byStatus(503));
}

async function parseBody(_request: FastifyRequest, body: string | Buffer): Promise<unknown> {
  return parseJson(Buffer.from(body));
}
