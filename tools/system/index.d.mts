import type { Log, ProcessHandle } from '../infra/index.mjs';

export type ServiceName = 'user' | 'chat' | 'notification' | 'gateway';

export interface SystemOptions {
  /**
   * Settings of the services, over the environment of this process; POSTGRES_URL, MONGODB_URI and RABBITMQ_URL at
   * least. Missing JWT secrets are made up.
   */
  env: NodeJS.ProcessEnv;
  /** Settings of one process (`chat-1`), over all others. */
  envOf?: (name: string) => NodeJS.ProcessEnv;
  /** How many processes of each service; one by default. */
  instances?: Partial<Record<ServiceName, number>>;
  /** Ports of the first, second, … instance; free ones where missing. */
  ports?: Partial<Record<ServiceName, number[]>>;
  /** Notable facts: a process ended, is ready again. */
  log?: Log;
  /** Every line that a service writes; `name` as in ProcessHandle. */
  onOutput?: (name: string, line: string) => void;
  /** Bring a service back, with backoff, that ends by itself (default false). */
  autoRestart?: boolean;
  /** Arguments of Node itself, before the script. */
  nodeArgs?: string[];
  /** Where the build is; `dist` of the repository by default. */
  dist?: string;
}

export interface RunningSystem {
  gatewayUrl: string;
  /** The base URLs of each service's instances. */
  urls: Record<ServiceName, string[]>;
  /** `user-1`, `chat-1`, `chat-2`, …, `gateway-1` */
  processes: ProcessHandle[];
  /** Stops the gateway first, then the services. */
  stop(): Promise<void>;
}

/**
 * Starts the four services as processes from the build, waits until each answers 200 on /health/ready. They end with
 * this process, however it ends.
 */
export function startSystem(options: SystemOptions): Promise<RunningSystem>;
