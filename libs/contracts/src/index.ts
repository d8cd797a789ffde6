export * from './core/call';
export * from './core/contract';
export * from './core/errors';
export * from './core/fields';
export * from './core/infra.contracts';
export * from './core/validation';
export * from './auth/auth.contracts';
export * from './auth/auth.dto';
export * from './sessions/session.contracts';
export * from './sessions/session.dto';
export * from './second-factor/second-factor.contracts';
export * from './second-factor/second-factor.dto';
export * from './audit/security-events';
export * from './users/user.contracts';
export * from './users/user.dto';
export * from './conversations/conversation.contracts';
export * from './conversations/conversation.dto';
export * from './messages/message.contracts';
export * from './messages/message.dto';
export * from './typing/typing.contracts';
export * from './notifications/notification.contracts';
export * from './notifications/notification.dto';
export * from './registry';
/** @public tools/specs.mjs */
export { buildAsyncApi } from './docs/asyncapi/asyncapi';
/** @public tools/specs.mjs */
export { buildOpenApi } from './docs/openapi/openapi';
export { buildWsDocs } from './docs/ws-docs';
