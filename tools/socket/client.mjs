import { io } from 'socket.io-client';
import { Failure, messageOf } from '../lib/failure.mjs';

/** A REST call through the gateway; the data of the answer. */
export async function call(origin, method, path, { token, body } = {}) {
  const headers = {
    ...(body && { 'content-type': 'application/json' }),
    ...(token && { authorization: `Bearer ${token}` }),
  };
  let response;
  try {
    response = await fetch(origin + path, { method, headers, body: body && JSON.stringify(body) });
  } catch (error) {
    const cause = error.cause instanceof Error ? error.cause.message : messageOf(error);
    throw new Failure(
      `Nobody answers at ${origin}: ${cause}.`,
      'Start the system with npm start, or set GATEWAY_URL.',
    );
  }
  const answer = await response.json().catch(() => ({}));
  if (answer.ok) return answer.data;
  if (!answer.error) {
    throw new Failure(
      `What answers at ${origin} is not the gateway.`,
      'Name the gateway with --url or GATEWAY_URL.',
    );
  }
  const refusal = new Failure(
    `${method} ${path}: ${answer.error.code} ${answer.error.message}`,
    'See /api/docs for what the route expects.',
  );
  throw Object.assign(refusal, { code: answer.error.code });
}

/** A connected socket in a namespace. @param {string} origin @param {'/chat' | '/notifications'} namespace */
export async function connect(origin, namespace, token, options = {}) {
  const path = namespace === '/notifications' ? '/notifications/socket.io' : '/socket.io';
  const socket = io(origin + namespace, {
    path,
    auth: { token: `Bearer ${token}` },
    forceNew: true,
    ...options,
  });
  await new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', (error) => {
      socket.disconnect();
      reject(
        new Failure(
          `${namespace} refuses the connection: ${error.message}`,
          'Is the system ready? Look at /health/ready.',
        ),
      );
    });
  });
  return socket;
}

/** The data of the ack; throws when the event was refused or never acked. */
export async function emit(socket, name, payload) {
  const ack = await socket.timeout(10_000).emitWithAck(name, payload);
  if (ack.ok) return ack.data;
  throw new Failure(
    `${name}: ${ack.error.code} ${ack.error.message}`,
    'See /ws-docs for what the event expects.',
  );
}
