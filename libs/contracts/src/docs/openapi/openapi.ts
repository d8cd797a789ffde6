import { ABOUT, ALIASES } from '../about';
import { OPEN_API } from '../dialect';
import { envelopeSchemas, errorList } from '../envelopes';
import { keyed, sorted, type JsonObject } from '../json';
import { SchemaBook } from '../schemas';
import { AT_THE_TOP, INFRA_PATHS } from './infra-paths';
import { failureResponses, operation, type AnyRoute } from './operation';

/** One tag for each area of the API. Routes of another tag are for our own services and are not documented. */
export const TAGS = {
  auth: 'Accounts and sessions.',
  users: 'Who is who.',
  contacts: 'Who knows whom.',
  roles: 'Who may do what: for admins.',
  audit: 'What happened to the security of accounts: for admins.',
  conversations: 'Who talks where: over REST what `/chat` says over sockets.',
  messages: 'What is said: over REST what `/chat` says over sockets.',
  files: 'What is uploaded, for messages and as avatars.',
  notifications: 'What a user should know of.',
  infra: 'The state of the processes, and documents.',
} as const;

const DESCRIPTION = `Everything is behind the gateway, under \`/\`, \`/api\` and \`/api/v1\` alike.

Every answer is an envelope: \`{ "ok": true, "data": … }\`, for lists with \`"page": { "next": cursor | null }\` beside
\`data\`; or \`{ "ok": false, "error": { code, message, details?, retryAfterMs?, requestId } }\`. Unknown fields are
refused. User ids are integers, other ids opaque strings, times ISO 8601 UTC with milliseconds.

What happens in conversations is told live, over Socket.IO: see \`asyncapi.yml\`.

Error codes:

${errorList()}
`;

/** The REST routes as an OpenAPI 3.0 document. Routes for our own services are left out. */
export function buildOpenApi(routes: readonly AnyRoute[]): JsonObject {
  const open = routes.filter(({ access }) => access !== 'service');
  const book = new SchemaBook(OPEN_API, new Set(open.flatMap(({ body }) => body ?? [])));
  const paths = Object.fromEntries(
    [...new Set(open.map(({ path }) => path))].map((path) => [
      path.replace(/:(\w+)/g, '{$1}'),
      pathItem(book, open, path),
    ]),
  );
  return {
    openapi: '3.0.3',
    info: {
      title: `${ABOUT.title}: REST`,
      version: ABOUT.version,
      description: DESCRIPTION,
      license: ABOUT.license,
    },
    servers: ALIASES.map((prefix) => ({ url: `${ABOUT.origin}${prefix}` })),
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    security: [],
    paths: sorted({ ...INFRA_PATHS, ...paths }),
    components: {
      securitySchemes: {
        accessToken: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: '`accessToken` of POST /auth/login.',
        },
      },
      responses: failureResponses(book),
      schemas: sorted({ ...envelopeSchemas(OPEN_API), ...book.all() }),
    },
  };
}

function pathItem(book: SchemaBook, routes: AnyRoute[], path: string): JsonObject {
  const methods = routes.filter((route) => route.path === path);
  return {
    ...(methods.some(({ tag }) => tag === 'infra') && AT_THE_TOP),
    ...keyed(
      methods,
      ({ method }) => method.toLowerCase(),
      (route) => operation(book, route),
    ),
  };
}
