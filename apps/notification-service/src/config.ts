import { IsString, Matches } from 'class-validator';
import { BaseConfig, IsFlag, IsNumber, IsPort, loadConfig, refuseUnsafeProduction } from '@app/platform';

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

  /**
   * Web push: the key pair of this server (P-256, base64url), and an address at which push services reach its people:
   * mailto: or https:. All three or none: no web push.
   */
  @IsString()
  VAPID_PUBLIC_KEY = '';

  @IsString()
  VAPID_PRIVATE_KEY = '';

  @Matches(/^(|mailto:.+|https:.+)$/, { message: '$property must begin with mailto: or https:' })
  VAPID_SUBJECT = '';

  /** The key file of a service account of Firebase. Empty: no pushes by FCM. */
  @IsString()
  FCM_CREDENTIALS_FILE = '';

  @Matches(/^https?:\/\//, { message: '$property must be a URL' })
  FCM_URL = 'https://fcm.googleapis.com';

  /** A key for Apple's push service (.p8), its id, the id of the team, and the bundle id of the app. All or none: no pushes by APNs. */
  @IsString()
  APNS_KEY_FILE = '';

  @IsString()
  APNS_KEY_ID = '';

  @IsString()
  APNS_TEAM_ID = '';

  @IsString()
  APNS_TOPIC = '';

  @Matches(/^https:\/\//, { message: '$property must be an https URL' })
  APNS_URL = 'https://api.push.apple.com';

  /** Certificates (PEM) that push services may show beside those of the usual authorities. */
  @IsString()
  PUSH_CA_FILE = '';

  /** Whether the endpoint of a browser may be in a private network: for development. */
  @IsFlag()
  PUSH_ALLOW_PRIVATE = false;

  /** Devices of one user that pushes may go to. */
  @IsNumber(1, 1_000)
  MAX_PUSH_SUBSCRIPTIONS = 20;

  /** Milliseconds that a push service has to answer. */
  @IsNumber(100, 60_000)
  PUSH_TIMEOUT_MS = 10_000;

  /** Pushes of one instance that are on their way at the same time. */
  @IsNumber(1, 1_000)
  PUSH_CONCURRENCY = 32;

  /** Notifications that may wait in one instance to be pushed; beyond that they wait in the store. */
  @IsNumber(1, 1_000_000)
  PUSH_QUEUE_MAX = 10_000;

  /** How often one push is tried, and milliseconds after the first try; each pause is four times as long as the one before. */
  @IsNumber(1, 20)
  PUSH_TRIES = 6;

  @IsNumber(10, 600_000)
  PUSH_RETRY_MS = 2_000;

  /** Milliseconds after which another instance takes over what one has begun to push and not finished. */
  @IsNumber(1_000, 3_600_000)
  PUSH_CLAIM_MS = 60_000;

  /** Seconds after which nobody needs a push any more. */
  @IsNumber(60, 2_419_200)
  PUSH_TTL = 86_400;

  /** Seconds for which something stays unread before a digest tells of it, and between two digests of one user. */
  @IsNumber(1, 2_592_000)
  DIGEST_AFTER = 14_400;

  @IsNumber(1, 2_592_000)
  DIGEST_EVERY = 86_400;

  /** Milliseconds after which somebody else may send a digest that was claimed and not taken. */
  @IsNumber(1_000, 3_600_000)
  DIGEST_CLAIM_MS = 600_000;

  /** How often the mail server is asked to take one digest, and milliseconds after the first time; each pause is four times as long. */
  @IsNumber(1, 20)
  DIGEST_TRIES = 5;

  @IsNumber(10, 3_600_000)
  DIGEST_RETRY_MS = 60_000;

  /** Days that a broadcast lasts at most, and how many there may be at a time: the newest count. */
  @IsNumber(1, 3_650)
  BROADCAST_DAYS = 30;

  @IsNumber(1, 10_000)
  MAX_BROADCASTS = 200;

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
