import { IsIn, IsInt, IsString } from 'class-validator';
import { one, route, serverEvent } from './contract';
import { ERRORS, type ErrorCode } from './errors';
import { IsTextByName } from './fields';

export class HealthDto {
  @IsString()
  service!: string;

  /** Name of this process among its siblings. */
  @IsString()
  instance!: string;

  @IsIn(['up', 'down'])
  status!: 'up' | 'down';

  /** Name of each dependency → `up` or what is wrong with it. */
  @IsTextByName()
  checks!: Record<string, string>;
}

export class ErrorNoticeDto {
  @IsIn(Object.keys(ERRORS))
  code!: ErrorCode;

  @IsString()
  message!: string;

  /** The client event that failed; `disconnect`: the connection itself ends. */
  @IsString()
  event!: string;
}

export class DrainingDto {
  /** Milliseconds within which this socket will be closed. */
  @IsInt()
  withinMs!: number;
}

const healthExample: HealthDto = {
  service: 'chat-service',
  instance: 'chat-1',
  status: 'up',
  checks: { mongodb: 'up' },
};

export const health = route('GET /health', {
  tag: 'infra',
  summary: 'The state of the process and its dependencies; 503 when it cannot serve.',
  access: 'public',
  result: one(HealthDto),
  example: { result: healthExample },
});

export const healthLive = route('GET /health/live', {
  tag: 'infra',
  summary: 'The process runs. Touches no dependency.',
  access: 'public',
  result: one(HealthDto),
  example: { result: { ...healthExample, checks: {} } },
});

export const healthReady = route('GET /health/ready', {
  tag: 'infra',
  summary: 'The process can serve; 503 when not.',
  access: 'public',
  result: one(HealthDto),
  example: { result: healthExample },
});

export const errorNotice = serverEvent('error', {
  summary:
    'A client event that was sent without an ack callback has failed; or, with the event `disconnect`, why the server ends the connection.',
  payload: ErrorNoticeDto,
  example: {
    code: 'BAD_REQUEST',
    message: 'conversationId must be an id (24 hex characters)',
    event: 'typing',
  },
});

export const serverDraining = serverEvent('server:draining', {
  summary: 'This instance is about to stop; the client will be disconnected and should connect again.',
  payload: DrainingDto,
  example: { withinMs: 1000 },
});
