import 'reflect-metadata';
import { createServer } from 'node:http';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern, Payload } from '@nestjs/microservices';
import { mongo } from 'mongoose';
import { EVENT, stockQueue, type Created } from './stock-queue';

const store = new mongo.MongoClient(process.env['NOTIFICATION_DB_URL'] ?? '');

/** Stores a notification for each recipient, as the framework's documentation has it: with an event handler. */
@Controller()
class Notifications {
  @EventPattern(EVENT)
  async onCreated(@Payload() { messageId, content, recipientIds }: Created): Promise<void> {
    const rows = recipientIds.map((userId) => ({
      user_id: userId,
      type: 'message',
      message_id: messageId,
      content,
      created_at: new Date(),
    }));
    await store
      .db()
      .collection('notifications')
      .insertMany(rows, { writeConcern: { w: 'majority', j: true } });
  }
}

@Module({ controllers: [Notifications] })
class NaiveNotificationModule {}

async function main(): Promise<void> {
  await store.connect();
  const app = await NestFactory.createMicroservice(NaiveNotificationModule, {
    ...stockQueue(),
    logger: ['error', 'warn'],
  });
  await app.listen();
  createServer((_request, response) => response.end()).listen(Number(process.env['PORT']), '127.0.0.1');
}

void main();
