import { Injectable, type LoggerService } from '@nestjs/common';
import { pino, type Logger as PinoLogger } from 'pino';

/** Never in a log, wherever it stands in the logged object. */
const SECRETS = ['token', 'accessToken', 'refreshToken', 'password', 'authorization', 'cookie', 'content'];

/** JSON lines on stdout. Each line carries the service, and `requestId` where there is one. */
@Injectable()
export class Logger implements LoggerService {
  private constructor(private readonly pino: PinoLogger) {}

  static create(options: { service: string; instance: string; level: string }): Logger {
    const redact = { paths: SECRETS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[redacted]' };
    return new Logger(
      pino({ level: options.level, base: { service: options.service, instance: options.instance }, redact }),
    );
  }

  /** A logger whose lines carry `fields`, such as `{ context: 'OutboxRelay' }`. */
  child(fields: Record<string, unknown>): Logger {
    return new Logger(this.pino.child(fields));
  }

  /** Nest's own account of its start: forty lines that nobody asks for. What we have to say, we say with `info`. */
  log(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  info(message: string, fields: Record<string, unknown> = {}): void {
    this.pino.info(fields, message);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  /** Nest passes (message, context) or (message, stack, context); we pass (message, fields). */
  private write(
    level: 'info' | 'warn' | 'error' | 'debug' | 'trace',
    message: unknown,
    rest: unknown[],
  ): void {
    const fields: Record<string, unknown> = {};
    for (const item of rest) {
      if (item instanceof Error) fields.err = item;
      else if (typeof item === 'object' && item !== null) Object.assign(fields, item);
      else if (typeof item === 'string') fields[item.includes('\n') ? 'stack' : 'context'] = item;
    }
    if (message instanceof Error) this.pino[level]({ ...fields, err: message }, message.message);
    else this.pino[level](fields, typeof message === 'string' ? message : JSON.stringify(message));
  }
}
