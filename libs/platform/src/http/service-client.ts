import {
  AppError,
  ERRORS,
  pathOf,
  unavailable,
  type CallArguments,
  type Data,
  type Refusal,
  type Route,
  type Success,
} from '@app/contracts';
import type { AccessTokens } from '../auth/access-tokens';
import { ask, type Answer, type Question } from './ask';

export interface ServiceClientOptions {
  /** Our own name, and whom we call; the token says both. */
  caller: string;
  target: string;
  /** The instances of the target. */
  urls: readonly string[];
  /** For a call as a whole, whatever number of instances it tries. */
  deadlineMs: number;
}

interface CallOptions {
  /** The route only reads, or doing it twice is as good as once: when a connection breaks, another instance is asked. GET is. */
  idempotent?: boolean;
}

/** Typed calls of the routes that one service keeps for others. */
export class ServiceClient {
  private calls = 0;

  constructor(
    private readonly tokens: AccessTokens,
    private readonly options: ServiceClientOptions,
  ) {}

  /** Throws what the target has refused with; UNAVAILABLE when it did not answer, failed, or does not take our token. */
  async call<B extends object, Q extends object, P extends object, R>(
    route: Route<B, Q, P, R>,
    ...args: CallArguments<B, Q, P, CallOptions>
  ): Promise<Data<R>> {
    return (await this.ask(route, ...args)).data;
  }

  /** Like `call`, with the facts that stand beside the data. */
  async ask<B extends object, Q extends object, P extends object, R>(
    route: Route<B, Q, P, R>,
    ...[input]: CallArguments<B, Q, P, CallOptions>
  ): Promise<Pick<Success<Data<R>>, 'data' | 'page'>> {
    const { body, idempotent = route.method === 'GET' } = input ?? {};
    const { caller, target, deadlineMs } = this.options;
    const token = await this.tokens.signService(caller, target);
    const request = {
      method: route.method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(deadlineMs),
    } as const;
    try {
      const answer = await this.send(pathOf(route, input), request, idempotent);
      return opened(answer) as Success<Data<R>>;
    } catch (error) {
      if (error instanceof AppError) throw error;
      throw Object.assign(unavailable(`the ${target.replace('-', ' ')}`), { cause: error });
    }
  }

  /** Begins with the next instance at each call, and asks each at most once. */
  private async send(path: string, question: Question, idempotent: boolean): Promise<Answer> {
    const { urls } = this.options;
    const first = this.calls++;
    for (let failed = 0; ; failed++) {
      try {
        return await ask(`${urls[(first + failed) % urls.length] ?? ''}${path}`, question);
      } catch (error) {
        const again = idempotent || neverArrived(error);
        if (!again || failed + 1 >= urls.length) throw error;
      }
    }
  }
}

function opened({ status, text }: Answer): unknown {
  const body = JSON.parse(text) as Partial<Success<unknown>> | Partial<Refusal>;
  if (status < 300 && body.ok === true) return body;
  if (status < 500 && body.ok === false && body.error && isAboutTheCall(body.error.code)) {
    const { code, message, details, retryAfterMs } = body.error;
    throw new AppError(code, message, details, retryAfterMs);
  }
  throw new Error(`it answered ${status}`);
}

/** AUTH_INVALID speaks of our token, not of the user's: passed on, it would sign him out. */
const isAboutTheCall = (code: string) => Object.hasOwn(ERRORS, code) && code !== 'AUTH_INVALID';

/** No connection came about, so nobody has seen the request. */
function neverArrived(error: unknown): boolean {
  // Of a name with several addresses there is an error for each.
  const errors = (error instanceof AggregateError ? error.errors : [error]) as NodeJS.ErrnoException[];
  return errors.every(({ syscall }) => syscall === 'connect' || syscall === 'getaddrinfo');
}
