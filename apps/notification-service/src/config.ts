import { IsString } from 'class-validator';
import { BaseConfig, IsNumber, IsPort, loadConfig, refuseUnsafeProduction } from '@app/platform';

export class NotificationConfig extends BaseConfig {
  @IsPort()
  NOTIFICATION_SERVICE_PORT = 3003;

  @IsString()
  MONGODB_URI = 'mongodb://127.0.0.1:27017/chat?replicaSet=rs0';

  /** Overrides MONGODB_URI for this service. Empty: the server of MONGODB_URI, with a database of our own. */
  @IsString()
  NOTIFICATION_DB_URL = '';

  @IsString()
  RABBITMQ_URL = 'amqp://127.0.0.1:5672';

  /** Largest Socket.IO packet from a client, bytes; the connection of one who sends more is closed. */
  @IsNumber(16_384, 16_777_216)
  MAX_FRAME_BYTES = 1_048_576;

  /** Bytes that may wait for one client that does not read; one for whom more waits is disconnected with SLOW_CONSUMER. */
  @IsNumber(65_536, 1_073_741_824)
  MAX_BACKLOG_BYTES = 4_194_304;

  /** Milliseconds from its arrival in which each command of a socket is answered, at worst UNAVAILABLE. */
  @IsNumber(100, 60_000)
  COMMAND_DEADLINE_MS = 4_500;

  /** Commands that one user may give in 10 seconds, on all sockets of an instance; beyond that: RATE_LIMITED. 0: any number. */
  @IsNumber(0, 1_000_000)
  COMMAND_RATE_MAX = 2_000;

  /** Of so many unread notifications of a user the list makes one entry for each conversation; what is older stands there one by one. */
  @IsNumber(1, 100_000)
  MAX_COLLAPSED = 5_000;

  get databaseUrl(): string {
    return this.NOTIFICATION_DB_URL || ownDatabase(this.MONGODB_URI);
  }
}

/** `…/chat?…` → `…/chat_notifications?…`: services do not share databases, only servers. */
function ownDatabase(uri: string): string {
  return uri.replace(
    /^(mongodb(?:\+srv)?:\/\/[^/?]+)\/?([^?]*)/,
    (_match, server: string, name: string) =>
      `${server}/${name === '' ? 'notifications' : `${name}_notifications`}`,
  );
}

export const loadNotificationConfig = () =>
  refuseUnsafeProduction(loadConfig(NotificationConfig), ['JWT_ACCESS_SECRET']);
