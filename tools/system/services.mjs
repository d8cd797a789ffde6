/**
 * The services of the system: how each one is called, built, configured and reached. The gateway comes last: it is
 * started after and stopped before the services it forwards to.
 * @type {Record<import('./index.d.mts').ServiceName, { app: string, portVariable: string, urlVariable?: string, port: number }>}
 */
export const SERVICES = {
  user: {
    app: 'user-service',
    portVariable: 'USER_SERVICE_PORT',
    urlVariable: 'USER_SERVICE_URL',
    port: 3001,
  },
  chat: {
    app: 'chat-service',
    portVariable: 'CHAT_SERVICE_PORT',
    urlVariable: 'CHAT_SERVICE_URL',
    port: 3002,
  },
  notification: {
    app: 'notification-service',
    portVariable: 'NOTIFICATION_SERVICE_PORT',
    urlVariable: 'NOTIFICATION_SERVICE_URL',
    port: 3003,
  },
  gateway: { app: 'api-gateway', portVariable: 'API_GATEWAY_PORT', port: 3000 },
};

export const SERVICE_NAMES = /** @type {import('./index.d.mts').ServiceName[]} */ (Object.keys(SERVICES));
