import { MESSAGE_LIMITS } from '@app/contracts';
import { IsIn, IsString, Matches } from 'class-validator';
import { BaseConfig, IsNumber, IsPort, loadConfig, refuseUnsafeProduction } from '@app/platform';

/** The most that the limits of one file can be set to: what a bucket takes in one PUT is a little more. */
const MOST_FILE_BYTES = 4_294_967_296;

export class ChatConfig extends BaseConfig {
  @IsPort()
  CHAT_SERVICE_PORT = 3002;

  @IsString()
  MONGODB_URI = 'mongodb://127.0.0.1:27017/chat?replicaSet=rs0';

  /** Overrides MONGODB_URI for this service. */
  @IsString()
  CHAT_DB_URL = '';

  @IsString()
  RABBITMQ_URL = 'amqp://127.0.0.1:5672';

  /** Milliseconds between two looks at the store for changes of which this instance was not told. */
  @IsNumber(100, 60_000)
  FEED_PROBE_MS = 2_000;

  /** Milliseconds after a user's last device has gone before the user counts as gone: it may come back at once. */
  @IsNumber(0, 600_000)
  PRESENCE_GRACE_MS = 5_000;

  /** Milliseconds without a sign of life after which an instance counts as dead, and its users as gone. */
  @IsNumber(1_000, 600_000)
  PRESENCE_LEASE_MS = 15_000;

  /** Milliseconds after which somebody who types, and does not say so again, has stopped. */
  @IsNumber(1_000, 60_000)
  TYPING_TTL_MS = 6_000;

  /** Times that a user may say in 10 seconds that they type or have stopped; beyond that: RATE_LIMITED. */
  @IsNumber(1, 10_000)
  TYPING_RATE_MAX = 50;

  /** Conversations that one socket may have open (`conversation:join`) at a time. */
  @IsNumber(1, 100_000)
  MAX_OPEN_ROOMS = 1_000;

  /** Most members of one conversation, its creator included. */
  @IsNumber(2, 1_000)
  MAX_GROUP_SIZE = 1_000;

  /** Most readers that a message names; in larger conversations it tells their number, and `conversation:read` stays with the reader. */
  @IsNumber(1, 1_000)
  MAX_READERS_SHOWN = 100;
  /** Most characters of a message. */
  @IsNumber(1, MESSAGE_LIMITS.content)
  MAX_MESSAGE_LENGTH: number = MESSAGE_LIMITS.content;

  /** Most attachments of a message. */
  @IsNumber(0, MESSAGE_LIMITS.attachments)
  MAX_ATTACHMENTS: number = MESSAGE_LIMITS.attachments;

  /** Different names after an @ that one message may mention; what comes behind them stays text. */
  @IsNumber(0, 100)
  MAX_MENTIONS = 50;

  /** Milliseconds that a message with an unknown name after an @ waits for the user service, before that stays text. */
  @IsNumber(50, 10_000)
  MENTION_TIMEOUT_MS = 400;

  /** Seconds after it was sent in which a message may be edited; 0: always. */
  @IsNumber(0, 315_360_000)
  EDIT_WINDOW_SECONDS = 86_400;

  /** How often one message may be edited: all that it said before is kept. */
  @IsNumber(0, 1_000)
  MAX_EDITS = 100;

  /** Different emoji that one message may have as reactions. */
  @IsNumber(1, 200)
  MAX_REACTION_EMOJI = 20;

  /** Reactions of all people together to one message. */
  @IsNumber(1, 5_000)
  MAX_REACTIONS = 2_000;

  /** Pinned messages of one conversation. */
  @IsNumber(1, 500)
  MAX_PINS = 50;
  /** Wrong join codes that a user may try in one window, and its length in milliseconds. */
  @IsNumber(1, 1_000)
  JOIN_CODE_TRIES = 10;

  @IsNumber(1_000, 86_400_000)
  JOIN_CODE_WINDOW_MS = 60_000;

  /** Seconds that an invite link lasts when its maker does not say. */
  @IsNumber(60, 31_536_000)
  INVITE_TTL = 604_800;

  /** Invite links of one conversation by which one can join at the same time. */
  @IsNumber(1, 1_000)
  MAX_INVITES = 50;

  /** Messages by which the initiator of a message request may introduce themself before it is accepted. */
  @IsNumber(0, 100)
  REQUEST_INTRO_MESSAGES = 3;

  /** Conversations that a user may pin. */
  @IsNumber(0, 100)
  MAX_PINNED_CONVERSATIONS = 20;

  /** Members of one conversation for whom a user may have names of their own. */
  @IsNumber(0, 1_000)
  MAX_NICKNAMES = 200;

  /** A user's devices are told at most once in this many milliseconds how much is unread because of new messages. */
  @IsNumber(100, 600_000)
  UNREAD_PUSH_MS = 2_000;

  /** Most conversations that one user can be in. */
  @IsNumber(1, 100_000)
  MAX_CONVERSATIONS_PER_USER = 2_000;
  /** Milliseconds after somebody has read something of an open conversation in which what is said there is no news to them. */
  @IsNumber(0, 600_000)
  READING_GRACE_MS = 10_000;

  /** Drafts that a user may have at once. */
  @IsNumber(1, 2_000)
  MAX_DRAFTS = 200;

  /** Messages of a user that may wait for their time, or for their author after they could not be sent. */
  @IsNumber(1, 10_000)
  MAX_SCHEDULED = 100;

  /** Days into the future that a message may be scheduled for. */
  @IsNumber(1, 3_650)
  SCHEDULE_MAX_DAYS = 365;

  /** Largest Socket.IO packet from a client, bytes; the connection of one who sends more is closed. */
  @IsNumber(16_384, 16_777_216)
  MAX_FRAME_BYTES = 1_048_576;

  /** Bytes that may wait for one client that does not read; one for whom more waits is disconnected with SLOW_CONSUMER. */
  @IsNumber(65_536, 1_073_741_824)
  MAX_BACKLOG_BYTES = 4_194_304;

  /** A client for whom more bytes or packets than this wait is not told any more who types or comes and goes. */
  @IsNumber(1_024, 1_073_741_824)
  VOLATILE_BACKLOG_BYTES = 1_048_576;

  @IsNumber(1, 1_000_000)
  VOLATILE_BACKLOG_PACKETS = 256;

  /** Milliseconds from its arrival in which each command of a socket is answered, at worst UNAVAILABLE; more than LOG_DEADLINE_MS. */
  @IsNumber(100, 60_000)
  COMMAND_DEADLINE_MS = 4_500;

  /** Commands that one user may give in 10 seconds, on all sockets of an instance; beyond that: RATE_LIMITED. 0: any number. */
  @IsNumber(0, 1_000_000)
  COMMAND_RATE_MAX = 2_000;

  /** Messages that one user may send in 10 seconds, by any way in, to an instance; beyond that: RATE_LIMITED. 0: any number. */
  @IsNumber(0, 1_000_000)
  SEND_RATE_MAX = 300;

  /** Milliseconds between two signs of life that a client of `/ws` is asked for; one that gives none is closed after two. */
  @IsNumber(1_000, 22_000)
  WS_HEARTBEAT_MS = 20_000;

  /** Different words (of scripts without gaps: letters and pairs of letters) by which one message is found; the rest are not. */
  @IsNumber(10, 10_000)
  SEARCH_WORDS_PER_MESSAGE = 600;

  /** Where files are kept that people upload: a folder that all instances share. */
  @IsString()
  FILES_DIR = '.data/files';

  /** `disk`: in FILES_DIR; `s3`: in a bucket. What comes in passes by FILES_DIR all the same. */
  @IsIn(['disk', 's3'])
  STORAGE_DRIVER: 'disk' | 's3' = 'disk';

  @IsString()
  S3_BUCKET = 'files';

  @IsString()
  S3_REGION = 'us-east-1';

  /** Of a store that is not Amazon's; empty: Amazon's. */
  @Matches(/^(https?:\/\/.+)?$/, { message: 'S3_ENDPOINT must be a URL, or empty' })
  S3_ENDPOINT = '';

  /** Empty: what the machine has (environment, role). */
  @IsString()
  S3_ACCESS_KEY_ID = '';

  @IsString()
  S3_SECRET_ACCESS_KEY = '';

  /** Seconds of the signed addresses that readers are sent to; who leaves a conversation may read for as long. 0: they read through us. */
  @IsNumber(0, 3_600)
  S3_REDIRECT_SECONDS = 0;

  /**
   * Seconds for which an upload straight into the bucket may be begun at its signed address. 0: nobody uploads there; a client may
   * not reach S3_ENDPOINT, and browsers need a bucket that allows their origins (CORS).
   */
  @IsNumber(0, 3_600)
  S3_UPLOAD_SECONDS = 0;

  /** Such addresses that one user may have at a time. */
  @IsNumber(1, 1_000)
  MAX_PRESIGNED_UPLOADS = 50;

  /** A clamd that looks at each file, such as tcp://127.0.0.1:3310; empty: nobody does. While it is away, uploads are UNAVAILABLE. */
  @Matches(/^(tcp:\/\/[^/?#]+:\d+)?$/, { message: 'CLAMD_URL must be tcp://host:port, or empty' })
  CLAMD_URL = '';

  /** Milliseconds for which it may say nothing. */
  @IsNumber(100, 600_000)
  CLAMD_TIMEOUT_MS = 20_000;

  /** Files that it complained about which are kept in FILES_DIR/quarantine, the newest; 0: none. */
  @IsNumber(0, 100_000)
  QUARANTINE_FILES = 100;

  /** Where the gateway is for clients, such as https://chat.example.com: addresses of files begin with it. Empty: they begin with /. */
  @Matches(/^(https?:\/\/[^/?#]+)?$/, { message: 'PUBLIC_URL must be an origin, or empty' })
  PUBLIC_URL = '';

  /** Bytes that one file may have; of images and videos, when they differ: 0 is as MAX_FILE_SIZE. */
  @IsNumber(1, MOST_FILE_BYTES)
  MAX_FILE_SIZE = 10_485_760;

  @IsNumber(0, MOST_FILE_BYTES)
  MAX_IMAGE_SIZE = 0;

  @IsNumber(0, MOST_FILE_BYTES)
  MAX_VIDEO_SIZE = 0;

  /** Pixels of an image, all of its frames together. */
  @IsNumber(1, 1_000_000_000)
  MAX_IMAGE_PIXELS = 50_000_000;

  /** Images that are worked on at once, and those that may wait for it; more are refused with UNAVAILABLE. */
  @IsNumber(1, 64)
  IMAGE_CONCURRENCY = 2;

  @IsNumber(0, 10_000)
  IMAGE_QUEUE = 100;

  /** Bytes and number of the files that one user may have stored. */
  @IsNumber(1, Number.MAX_SAFE_INTEGER)
  FILE_QUOTA_BYTES = 1_073_741_824;

  @IsNumber(1, 10_000_000)
  FILE_QUOTA_COUNT = 2_000;

  /** Bytes that must remain free where files are kept; an upload that would leave less is answered OUT_OF_SPACE. */
  @IsNumber(0, Number.MAX_SAFE_INTEGER)
  MIN_FREE_BYTES = 536_870_912;

  /** Milliseconds in which a whole request must arrive: uploads over slow lines take long. */
  @IsNumber(1_000, 3_600_000)
  REQUEST_TIMEOUT = 300_000;

  /** Milliseconds for which the body of an upload may stand still. */
  @IsNumber(100, 600_000)
  UPLOAD_IDLE_MS = 20_000;

  /** Milliseconds after which what a process that died was receiving is removed. */
  @IsNumber(1_000, 3_600_000)
  UPLOAD_LEFTOVER_MS = 45_000;

  /** Minutes after which a file that no message names is removed. */
  @IsNumber(1, 525_600)
  FILE_ORPHAN_MINUTES = 1_440;

  /** Seconds that a link to a file lasts. */
  @IsNumber(1, 86_400)
  FILE_LINK_TTL = 300;

  /**
   * Writers of the message log that may have a flush in flight, each for its share of the conversations. More of them
   * send more per second when saturated and answer later when not.
   */
  @IsNumber(1, 64)
  LOG_LANES = 2;

  /** A send that the store has not confirmed after this many milliseconds is answered UNAVAILABLE. */
  @IsNumber(100, 60_000)
  LOG_DEADLINE_MS = 4_000;

  get databaseUrl(): string {
    return this.CHAT_DB_URL || this.MONGODB_URI;
  }
}

export const loadChatConfig = () => refuseUnsafeProduction(loadConfig(ChatConfig), ['JWT_ACCESS_SECRET']);
