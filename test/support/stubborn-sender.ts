import { setTimeout as delay } from 'node:timers/promises';
import { ERRORS, sendMessage, type SentMessageDto } from '@app/contracts';
import { WireError, type Connection } from '@app/testing';

const GIVE_UP_MS = 30_000;
const BETWEEN_TRIES_MS = 50;

/** Sends until it is acked, with the same clientId each time: what a client must do that wants a message sent once. */
export async function sendStubbornly(
  connection: Connection,
  message: { conversationId: string; content: string; clientId: string },
): Promise<SentMessageDto> {
  const deadline = Date.now() + GIVE_UP_MS;
  for (;;) {
    try {
      return await connection.emit(sendMessage, message);
    } catch (error) {
      const hopeless = error instanceof WireError && !ERRORS[error.code].retryable;
      if (hopeless || Date.now() > deadline) throw error;
    }
    await delay(BETWEEN_TRIES_MS);
  }
}
