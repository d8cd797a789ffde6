import { BaseConfig, IsInstances, IsNumber, IsPort, loadConfig, refuseUnsafeProduction } from '@app/platform';

export class GatewayConfig extends BaseConfig {
  @IsPort()
  API_GATEWAY_PORT = 3000;

  @IsInstances()
  CHAT_SERVICE_URL: string[] = ['http://127.0.0.1:3002'];

  @IsInstances()
  NOTIFICATION_SERVICE_URL: string[] = ['http://127.0.0.1:3003'];

  /** Seconds of one rate-limit window. */
  @IsNumber(1, 86_400)
  RATE_LIMIT_TTL = 60;

  /** REST requests of one address in one window; 0: 100 in production, 1000 otherwise. */
  @IsNumber(0, 1_000_000_000)
  RATE_LIMIT_MAX = 0;

  /** The same for /auth, counted on its own; 0: a fifth of RATE_LIMIT_MAX. */
  @IsNumber(0, 1_000_000_000)
  RATE_LIMIT_AUTH_MAX = 0;

  /** The same for files that are read: a page of history may show many. 0: ten times RATE_LIMIT_MAX. */
  @IsNumber(0, 1_000_000_000)
  RATE_LIMIT_FILES_MAX = 0;

  /** WebSockets that one address may hold open; 0: 500 in production, 20000 otherwise. */
  @IsNumber(0, 1_000_000)
  MAX_SOCKETS_PER_ADDRESS = 0;

  /** Milliseconds that a service has to answer an HTTP request. Longer than Socket.IO's long poll of 25 s. */
  @IsNumber(100, 600_000)
  UPSTREAM_TIMEOUT = 30_000;

  /** HTTP connections to one instance of a service. */
  @IsNumber(1, 10_000)
  UPSTREAM_MAX_SOCKETS = 256;

  /** Milliseconds in which a whole request must arrive: uploads over slow lines take long. One that stands still ends earlier. */
  @IsNumber(1_000, 3_600_000)
  REQUEST_TIMEOUT = 300_000;

  get limits(): { api: number; auth: number; files: number; sockets: number } {
    const api = this.RATE_LIMIT_MAX || (this.isProduction ? 100 : 1_000);
    return {
      api,
      auth: this.RATE_LIMIT_AUTH_MAX || Math.max(1, Math.floor(api / 5)),
      files: this.RATE_LIMIT_FILES_MAX || api * 10,
      sockets: this.MAX_SOCKETS_PER_ADDRESS || (this.isProduction ? 500 : 20_000),
    };
  }
}

export const loadGatewayConfig = (): GatewayConfig =>
  refuseUnsafeProduction(loadConfig(GatewayConfig), ['JWT_ACCESS_SECRET']);
