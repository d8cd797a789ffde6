import { readFileSync } from 'node:fs';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { PushPlatform } from '@app/contracts';
import { ConfigError, Shutdown } from '@app/platform';
import { NotificationConfig } from '../config';
import { ApnsTransport } from './apns.transport';
import { FcmTransport, type ServiceAccount } from './fcm.transport';
import type { PushTransport } from './push-transport';
import { WebPushTransport } from './web-push.transport';

/** The transports that are configured. */
@Injectable()
export class PushTransports implements OnModuleInit {
  private readonly all: ReadonlyMap<PushPlatform, PushTransport>;

  constructor(
    config: NotificationConfig,
    private readonly shutdown: Shutdown,
  ) {
    if (config.PUSH_ALLOW_PRIVATE && config.NODE_ENV === 'production')
      throw new ConfigError('Bad settings: PUSH_ALLOW_PRIVATE must be false in production.');
    const made = [webPush(config), fcm(config), apns(config)].filter((one) => one !== undefined);
    this.all = new Map(made.map((transport) => [transport.platform, transport]));
  }

  onModuleInit(): void {
    this.shutdown.register('close-stores', 'push transports', () => {
      for (const transport of this.all.values()) transport.close();
      return Promise.resolve();
    });
  }

  get isEmpty(): boolean {
    return this.all.size === 0;
  }

  get platforms(): PushPlatform[] {
    return [...this.all.keys()];
  }

  find(platform: PushPlatform): PushTransport | undefined {
    return this.all.get(platform);
  }
}

const caOf = ({ PUSH_CA_FILE }: NotificationConfig) =>
  PUSH_CA_FILE === '' ? undefined : fileOf('PUSH_CA_FILE', PUSH_CA_FILE);

function webPush(config: NotificationConfig): PushTransport | undefined {
  const { VAPID_SUBJECT: subject, VAPID_PUBLIC_KEY: publicKey, VAPID_PRIVATE_KEY: privateKey } = config;
  if (!isComplete({ VAPID_PUBLIC_KEY: publicKey, VAPID_PRIVATE_KEY: privateKey, VAPID_SUBJECT: subject }))
    return undefined;
  const { PUSH_TIMEOUT_MS: timeoutMs, PUSH_ALLOW_PRIVATE: allowPrivate } = config;
  return new WebPushTransport({ subject, publicKey, privateKey, timeoutMs, allowPrivate, ca: caOf(config) });
}

function fcm({
  FCM_CREDENTIALS_FILE: file,
  FCM_URL,
  PUSH_TIMEOUT_MS,
}: NotificationConfig): PushTransport | undefined {
  if (file === '') return undefined;
  const account = parsed('FCM_CREDENTIALS_FILE', fileOf('FCM_CREDENTIALS_FILE', file));
  return new FcmTransport({ account, url: FCM_URL.replace(/\/$/, ''), timeoutMs: PUSH_TIMEOUT_MS });
}

function apns(config: NotificationConfig): PushTransport | undefined {
  const { APNS_KEY_FILE, APNS_KEY_ID: keyId, APNS_TEAM_ID: teamId, APNS_TOPIC: topic } = config;
  if (!isComplete({ APNS_KEY_FILE, APNS_KEY_ID: keyId, APNS_TEAM_ID: teamId, APNS_TOPIC: topic }))
    return undefined;
  const key = fileOf('APNS_KEY_FILE', APNS_KEY_FILE);
  const { APNS_URL: url, PUSH_TIMEOUT_MS: timeoutMs } = config;
  return new ApnsTransport({ key, keyId, teamId, topic, url, timeoutMs, ca: caOf(config) });
}

/** All of them, or none. */
function isComplete(settings: Record<string, string>): boolean {
  const missing = Object.keys(settings).filter((name) => settings[name] === '');
  if (missing.length === 0) return true;
  if (missing.length === Object.keys(settings).length) return false;
  throw new ConfigError(`Bad settings: ${missing.join(', ')} must be set as well. See .env.example.`);
}

function fileOf(setting: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new ConfigError(`Bad settings: ${setting} names a file that cannot be read: ${path}`);
  }
}

function parsed(setting: string, text: string): ServiceAccount {
  try {
    const account = JSON.parse(text) as Partial<ServiceAccount>;
    const { project_id, client_email, private_key } = account;
    if (project_id && client_email && private_key)
      return { ...account, project_id, client_email, private_key };
  } catch {
    // Said below.
  }
  throw new ConfigError(
    `Bad settings: ${setting} must be the key file of a service account, with project_id, client_email and private_key`,
  );
}
