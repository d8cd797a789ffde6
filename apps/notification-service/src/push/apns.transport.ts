import { rootCertificates } from 'node:tls';
import { Notification, Provider } from '@parse/node-apn';
import {
  laterBecause,
  outcomeOf,
  type PushMessage,
  type PushOutcome,
  type PushTarget,
  type PushTransport,
} from './push-transport';

export interface ApnsOptions {
  key: string;
  keyId: string;
  teamId: string;
  /** The app's bundle id. */
  topic: string;
  url: string;
  timeoutMs: number;
  ca?: string | undefined;
}

const GONE = new Set(['BadDeviceToken', 'Unregistered', 'DeviceTokenNotForTopic', 'ExpiredToken']);
/** About us, not about the device. */
const OURS = new Set(['ExpiredProviderToken', 'InvalidProviderToken', 'MissingProviderToken']);

/** Apple's devices, over HTTP/2. */
export class ApnsTransport implements PushTransport {
  readonly platform = 'apns';
  private readonly provider: Provider;

  constructor(private readonly options: ApnsOptions) {
    const { hostname, port } = new URL(options.url);
    const { key, keyId, teamId, timeoutMs } = options;
    this.provider = new Provider({
      token: { key, keyId, teamId },
      address: hostname,
      port: port === '' ? 443 : Number(port),
      production: true,
      // What did not work waits in our own queue.
      connectionRetryLimit: 0,
      requestTimeout: timeoutMs,
      ...(options.ca !== undefined && { ca: [...rootCertificates, options.ca] }),
    });
  }

  async send({ token }: PushTarget, { title, body, data, collapse, ttl }: PushMessage): Promise<PushOutcome> {
    const notification = new Notification({
      aps: { alert: { title, body }, sound: 'default', 'thread-id': collapse },
      topic: this.options.topic,
      collapseId: collapse,
      expiry: Math.floor(Date.now() / 1_000) + ttl,
      pushType: 'alert',
      payload: data,
    });
    try {
      const { failed } = await this.provider.send(notification, token);
      const [failure] = failed;
      if (!failure) return { kind: 'sent' };
      const { error, response, status } = failure;
      if (status === undefined) return laterBecause(error ?? new Error('no answer'));
      const { reason = `status ${status}` } = (response ?? {}) as { reason?: string };
      if (GONE.has(reason) || status === 410) return { kind: 'gone', reason };
      if (OURS.has(reason)) return { kind: 'later', reason };
      return outcomeOf(status, reason);
    } catch (error) {
      return laterBecause(error);
    }
  }

  close(): void {
    void this.provider.shutdown();
  }
}
