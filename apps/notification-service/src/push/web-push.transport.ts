import { Agent } from 'node:https';
import { rootCertificates } from 'node:tls';
import webPush, { WebPushError } from 'web-push';
import { hostOf, isPrivate, publicLookup } from './private-addresses';
import {
  laterBecause,
  outcomeOf,
  type PushMessage,
  type PushOutcome,
  type PushTarget,
  type PushTransport,
} from './push-transport';

export interface WebPushOptions {
  subject: string;
  publicKey: string;
  privateKey: string;
  timeoutMs: number;
  /** Certificates that are trusted beside the usual ones. */
  ca?: string | undefined;
  allowPrivate: boolean;
}

const GONE = new Set([404, 410]);

/** Browsers, by RFC 8030, 8291 and 8292: the push service of the browser's maker sees who sends, not what. */
export class WebPushTransport implements PushTransport {
  readonly platform = 'web';
  private readonly agent: Agent;

  constructor(private readonly options: WebPushOptions) {
    this.agent = new Agent({
      keepAlive: true,
      maxSockets: 64,
      ...(options.ca !== undefined && { ca: [...rootCertificates, options.ca] }),
      ...(!options.allowPrivate && { lookup: publicLookup }),
    });
  }

  async send({ token, keys }: PushTarget, message: PushMessage): Promise<PushOutcome> {
    // Node looks up names only: an address in the URL itself is asked for here.
    if (!keys || (!this.options.allowPrivate && isPrivate(hostOf(new URL(token)))))
      return { kind: 'refused', reason: 'the endpoint is not a public one' };
    const { title, body, data, collapse, ttl } = message;
    const { subject, publicKey, privateKey, timeoutMs } = this.options;
    try {
      await webPush.sendNotification({ endpoint: token, keys }, JSON.stringify({ title, body, data }), {
        vapidDetails: { subject, publicKey, privateKey },
        TTL: ttl,
        topic: collapse,
        urgency: 'high',
        timeout: timeoutMs,
        agent: this.agent,
      });
      return { kind: 'sent' };
    } catch (error) {
      if (!(error instanceof WebPushError)) return laterBecause(error);
      const { statusCode, headers } = error;
      const reason = `status ${statusCode}`;
      if (GONE.has(statusCode)) return { kind: 'gone', reason };
      return outcomeOf(statusCode, reason, (headers as Record<string, string | undefined>)['retry-after']);
    }
  }

  close(): void {
    this.agent.destroy();
  }
}
