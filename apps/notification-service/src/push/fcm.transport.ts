import { JWT } from 'google-auth-library';
import {
  laterBecause,
  outcomeOf,
  type PushMessage,
  type PushOutcome,
  type PushTarget,
  type PushTransport,
} from './push-transport';

/** The key file of a service account, as Google gives it. */
export interface ServiceAccount {
  project_id: string;
  client_email: string;
  private_key: string;
  token_uri?: string;
}

export interface FcmOptions {
  account: ServiceAccount;
  url: string;
  timeoutMs: number;
}

const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging';
const TOKEN_PATH = 'https://oauth2.googleapis.com/token';

interface FcmError {
  error?: { status?: string; details?: { errorCode?: string }[] };
}

/** Android, and whatever else registers with Firebase Cloud Messaging (HTTP v1). */
export class FcmTransport implements PushTransport {
  readonly platform = 'fcm';
  private readonly client: JWT;
  private readonly endpoint: string;

  constructor(private readonly options: FcmOptions) {
    const { client_email: email, private_key: key, project_id, token_uri } = options.account;
    this.client = new JWT({ email, key, scopes: [SCOPE] });
    this.endpoint = `${options.url}/v1/projects/${encodeURIComponent(project_id)}/messages:send`;
    // The library asks Google wherever the key file sends it; the file is right where there is a proxy or an emulator.
    this.client.transporter.interceptors.request.add({
      resolved: (config) =>
        Promise.resolve(
          token_uri && config.url.href === TOKEN_PATH ? { ...config, url: new URL(token_uri) } : config,
        ),
    });
  }

  async send({ token }: PushTarget, { title, body, data, collapse, ttl }: PushMessage): Promise<PushOutcome> {
    const message = {
      token,
      notification: { title, body },
      data,
      android: { collapse_key: collapse, priority: 'HIGH', ttl: `${ttl}s`, notification: { tag: collapse } },
    };
    try {
      const { token: bearer } = await this.client.getAccessToken();
      const response = await fetch(this.endpoint, {
        method: 'POST',
        headers: { authorization: `Bearer ${bearer ?? ''}`, 'content-type': 'application/json' },
        body: JSON.stringify({ message }),
        redirect: 'error',
        signal: AbortSignal.timeout(this.options.timeoutMs),
      });
      const answer = (await response.json().catch(() => ({}))) as FcmError;
      const code =
        answer.error?.details?.find(({ errorCode }) => errorCode)?.errorCode ?? answer.error?.status;
      const reason = `status ${response.status}${code ? ` ${code}` : ''}`;
      if (code === 'UNREGISTERED') return { kind: 'gone', reason };
      // Our own token, not the device's: it is fetched anew.
      if (response.status === 401) return { kind: 'later', reason };
      return outcomeOf(response.status, reason, response.headers.get('retry-after'));
    } catch (error) {
      return laterBecause(error);
    }
  }

  close(): void {
    // Nothing is held open.
  }
}
