import { Transport, type RmqOptions } from '@nestjs/microservices';

export const EVENT = 'message.created';

export interface Created {
  messageId: string;
  content: string;
  recipientIds: number[];
}

/**
 * As in the framework's documentation, but for the queue, which is durable: all else is the default, which is `noAck: true`,
 * `persistent: false`, no prefetch.
 */
export const stockQueue = (): RmqOptions => ({
  transport: Transport.RMQ,
  options: {
    urls: [process.env['RABBITMQ_URL'] ?? ''],
    queue: 'notifications',
    queueOptions: { durable: true },
  },
});
