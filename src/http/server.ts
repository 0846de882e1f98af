/** The controller: Fastify with schemas, identity, authorisation by declared actions, errors and OpenAPI. */
import compress from '@fastify/compress';
import formbody from '@fastify/formbody';
import helmet from '@fastify/helmet';
import { fastifySSE } from '@fastify/sse';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyTypeProvider,
  LogController,
  type RawServerDefault,
} from 'fastify';
import { jsonSchemaTransform, validatorCompiler } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { answerSerializer } from './answers.ts';
import { registerErrors } from './errors.ts';
import { type Identify, registerIdentity } from './identity.ts';

/** Handlers get what a schema gives and answer what it takes: a `Date` becomes text on the way out. */
interface SchemaTypes extends FastifyTypeProvider {
  validator: this['schema'] extends z.ZodType ? z.output<this['schema']> : unknown;
  serializer: this['schema'] extends z.ZodType ? z.input<this['schema']> : unknown;
}

export type App = FastifyInstance<
  RawServerDefault,
  import('node:http').IncomingMessage,
  import('node:http').ServerResponse,
  FastifyBaseLogger,
  SchemaTypes
>;

export interface ServerOptions {
  identify: Identify;
  logger: FastifyBaseLogger;
  /** POMS's version, for OpenAPI. */
  version: string;
}

const BODY_LIMIT = 4 * 1024 * 1024;
/** Names of files have up to 250 characters, each of which may be written as three. */
const MAX_PATH_PART = 1000;

/** The server without its routes; each noun adds its own. */
export async function createServer(options: ServerOptions): Promise<App> {
  const app = Fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    routerOptions: { maxParamLength: MAX_PATH_PART },
    trustProxy: true,
    forceCloseConnections: true,
    genReqId: () => crypto.randomUUID(),
  }).withTypeProvider<SchemaTypes>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(answerSerializer);
  registerErrors(app as unknown as FastifyInstance);
  await app.register(helmet, {
    contentSecurityPolicy: { directives: CONTENT_SECURITY },
    crossOriginEmbedderPolicy: false,
    hsts: false,
  });
  await app.register(compress, { threshold: 2048 });
  await app.register(formbody);
  await app.register(fastifySSE, { heartbeatInterval: 15_000 });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'POMS',
        version: options.version,
        description:
          'Production Operations Management System: campaigns, submissions and jobs of physics experiments.',
      },
    },
    transform: jsonSchemaTransform,
  });
  await app.register(swaggerUi, { routePrefix: '/api/v1/docs' });
  registerIdentity(app, options.identify);
  return app;
}

/** Mantine sets inline style attributes; scripts and style sheets come from POMS alone. */
const CONTENT_SECURITY = {
  defaultSrc: ["'self'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  styleSrcAttr: ["'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  workerSrc: ["'self'", 'blob:'],
  frameAncestors: ["'none'"],
  objectSrc: ["'none'"],
  baseUri: ["'self'"],
  upgradeInsecureRequests: null,
};
