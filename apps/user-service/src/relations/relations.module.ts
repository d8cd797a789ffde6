import { Module } from '@nestjs/common';
import { ThrottleModule } from '../throttle/throttle.module';
import { BlockRepository } from './block.repository';
import { BlocksController } from './blocks.controller';
import { BlocksService } from './blocks.service';
import { ContactRequestRepository } from './contact-request.repository';
import { ContactRepository } from './contact.repository';
import { ContactsController } from './contacts.controller';
import { ContactsService } from './contacts.service';
import { InternalBlocksController } from './internal-blocks.controller';

/** How people stand to each other: contacts, requests, blocks. One ends the other, so they live together. */
@Module({
  imports: [ThrottleModule],
  controllers: [ContactsController, BlocksController, InternalBlocksController],
  providers: [ContactRepository, ContactRequestRepository, BlockRepository, ContactsService, BlocksService],
})
export class RelationsModule {}
