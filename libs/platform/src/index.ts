// Before anything with decorators, whoever is imported first.
import 'reflect-metadata';

export * from './auth/access-tokens';
export { RevokedSessions } from './auth/revoked-sessions';
export { SESSION_CHECK, type SessionCheck } from './auth/session-check';
export type { Algorithm, TokenKey, TokenKeys } from './auth/token-keys';
export * from './bootstrap';
export * from './config/base.config';
export * from './config/config';
export { isCutOff, sendings, type Badness } from './chaos/bad-lines';
export { crashAt, crashOnceSaidAt, isArmed, type CrashPoint } from './chaos/crash-points';
export type { Switches } from './chaos/switches';
export { GUARDS, isGuarded } from './config/guards';
export { HealthRegistry, type HealthCheck } from './health/health';
export { success } from './http/envelope.interceptor';
export { toAppError } from './http/error.filter';
export { type Cookies } from './http/cookies';
export { requestIdOf } from './http/request-id';
export { mismatches } from './http/route-check';
export { Handles, Input, OpenPage, type InputOf, type RouteInput } from './http/route.decorator';
export { ServiceClient, type ServiceClientOptions } from './http/service-client';
export { Logger } from './logging/logger';
export { activeWebSockets } from './metrics/metrics';
export { addressBucket, unmapped } from './net/address';
export { coalesceWrites } from './net/coalesce-writes';
export { PlatformModule, type PlatformOptions } from './platform.module';
export { PROCESS_INFO, type ProcessInfo } from './process-info';
export { Shutdown, type ShutdownPhase } from './shutdown';
