import { Controller } from '@nestjs/common';
import { messageCreatedEvent, type MessageCreatedDto } from '@app/contracts';
import { describe, expect, it } from 'vitest';
import { Consumes, type IncomingEvent } from '../src/index';
import { startApp, TestConsumer } from './support/messaging-app';

@Controller()
class SecondConsumer {
  @Consumes(messageCreatedEvent)
  async handle(_event: IncomingEvent<MessageCreatedDto>): Promise<void> {
    await Promise.resolve();
  }

  // @ts-expect-error the payload of message.created is not a date
  @Consumes(messageCreatedEvent)
  async wrong(_event: IncomingEvent<Date>): Promise<void> {
    await Promise.resolve();
  }
}

const away = { url: 'amqp://127.0.0.1:1', service: 's', exchange: 'x' };

describe('an app does not start', () => {
  it('when an event that it consumes has no handler', async () => {
    const handle = () => Promise.resolve();
    await expect(startApp({ ...away, handle, controllers: [] })).rejects.toThrow(
      'integration events: message.created has no handler',
    );
  });

  it('when an event has several handlers', async () => {
    const handle = () => Promise.resolve();
    await expect(startApp({ ...away, handle, controllers: [TestConsumer, SecondConsumer] })).rejects.toThrow(
      'message.created has 3 handlers',
    );
  });

  it('when a handler belongs to an event that is not listed', async () => {
    await expect(startApp({ ...away, controllers: [TestConsumer] })).rejects.toThrow(
      'message.created has a handler here but belongs elsewhere',
    );
  });
});
