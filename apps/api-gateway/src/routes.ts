/** Who stands behind the gateway. */
export const SERVICES = ['user-service', 'chat-service', 'notification-service'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** `none` is not counted: a long-polling client asks all the time, and the docs are harmless. */
export type RateClass = 'api' | 'auth' | 'files' | 'none';

export interface GatewayRoute {
  prefix: string;
  service: ServiceName;
  /** `socket`: upgrades, sticky sessions of Engine.IO, and tokens that only the service can see. */
  kind: 'rest' | 'socket';
  /** Of a socket endpoint without Engine.IO: there are no sessions to find again, any instance will do. */
  sessionless?: true;
  /** Public routes reach the service without a token; it decides route by route. */
  public: boolean;
  rate: RateClass;
  /** Bytes of a request body. */
  bodyLimit: number;
}

const KIB = 1_024;
/** Packets of a polling client. The service sets the real limit (MAX_FRAME_BYTES); this is the most it can be set to. */
const PACKETS = 16 * KIB * KIB;
/** Ten files of the most that MAX_FILE_SIZE and its like can be set to. The service sets the real limit, and refuses beyond it at once. */
const UPLOADS = 41 * KIB * KIB * KIB;

/** The whole map of the outside world. What is not under one of these prefixes does not exist, `/internal` included. */
export const ROUTES: readonly GatewayRoute[] = [
  { prefix: '/auth', service: 'user-service', kind: 'rest', public: true, rate: 'auth', bodyLimit: 64 * KIB },
  {
    prefix: '/users',
    service: 'user-service',
    kind: 'rest',
    public: false,
    rate: 'api',
    bodyLimit: 256 * KIB,
  },
  {
    prefix: '/contacts',
    service: 'user-service',
    kind: 'rest',
    public: false,
    rate: 'api',
    bodyLimit: 256 * KIB,
  },
  {
    prefix: '/roles',
    service: 'user-service',
    kind: 'rest',
    public: false,
    rate: 'api',
    bodyLimit: 64 * KIB,
  },
  {
    prefix: '/audit',
    service: 'user-service',
    kind: 'rest',
    public: false,
    rate: 'api',
    bodyLimit: 64 * KIB,
  },
  {
    prefix: '/conversations',
    service: 'chat-service',
    kind: 'rest',
    public: false,
    rate: 'api',
    bodyLimit: 256 * KIB,
  },
  {
    prefix: '/channels',
    service: 'chat-service',
    kind: 'rest',
    public: false,
    rate: 'api',
    bodyLimit: 64 * KIB,
  },
  {
    prefix: '/messages',
    service: 'chat-service',
    kind: 'rest',
    public: false,
    rate: 'api',
    bodyLimit: 256 * KIB,
  },
  {
    prefix: '/drafts',
    service: 'chat-service',
    kind: 'rest',
    public: false,
    rate: 'api',
    bodyLimit: 256 * KIB,
  },
  {
    prefix: '/sync',
    service: 'chat-service',
    kind: 'rest',
    public: false,
    rate: 'api',
    bodyLimit: 256 * KIB,
  },
  {
    prefix: '/scheduled-messages',
    service: 'chat-service',
    kind: 'rest',
    public: false,
    rate: 'api',
    bodyLimit: 256 * KIB,
  },
  {
    prefix: '/upload',
    service: 'chat-service',
    kind: 'rest',
    public: false,
    rate: 'api',
    bodyLimit: UPLOADS,
  },
  {
    prefix: '/files',
    service: 'chat-service',
    kind: 'rest',
    public: false,
    rate: 'files',
    bodyLimit: 64 * KIB,
  },
  { prefix: '/file-links', service: 'chat-service', kind: 'rest', public: true, rate: 'files', bodyLimit: 0 },
  { prefix: '/avatars', service: 'chat-service', kind: 'rest', public: true, rate: 'files', bodyLimit: 0 },
  {
    prefix: '/socket.io',
    service: 'chat-service',
    kind: 'socket',
    public: true,
    rate: 'none',
    bodyLimit: PACKETS,
  },
  {
    prefix: '/ws',
    service: 'chat-service',
    kind: 'socket',
    sessionless: true,
    public: true,
    rate: 'api',
    bodyLimit: 0,
  },
  { prefix: '/ws-docs', service: 'chat-service', kind: 'rest', public: true, rate: 'none', bodyLimit: 0 },
  {
    prefix: '/notifications/socket.io',
    service: 'notification-service',
    kind: 'socket',
    public: true,
    rate: 'none',
    bodyLimit: PACKETS,
  },
  {
    prefix: '/notifications',
    service: 'notification-service',
    kind: 'rest',
    public: false,
    rate: 'api',
    bodyLimit: 256 * KIB,
  },
  // From the mail programs of people who are not signed in.
  {
    prefix: '/unsubscribe',
    service: 'notification-service',
    kind: 'rest',
    public: true,
    rate: 'api',
    bodyLimit: 4 * KIB,
  },
];

/** REST answers at the top and under these; the longer one first. */
const MOUNTS = ['/api/v1', '/api'] as const;

const BY_LENGTH = [...ROUTES].sort((a, b) => b.prefix.length - a.prefix.length);

const isUnder = (path: string, prefix: string) =>
  path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/');

export interface Match {
  route: GatewayRoute;
  /** The path as the service knows it: without the mount. */
  path: string;
}

/** The most specific route of a path (without its query), or undefined when there is none. */
export function matchRoute(path: string): Match | undefined {
  const mount = MOUNTS.find((prefix) => isUnder(path, prefix));
  const inner = mount === undefined ? path : path.slice(mount.length);
  const route = BY_LENGTH.find(({ prefix }) => isUnder(inner, prefix));
  if (route === undefined || (mount !== undefined && route.kind === 'socket')) return undefined;
  return { route, path: inner };
}
