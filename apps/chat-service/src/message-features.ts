import { ForwardsController } from './forwards/forwards.controller';
import { ForwardsGateway } from './forwards/forwards.gateway';
import { ForwardsService } from './forwards/forwards.service';
import { HiddenMessageRepository } from './hidden/hidden-message.repository';
import { HiddenMessages } from './hidden/hidden-messages';
import { Mentions } from './mentions/mentions.service';
import { FirstTries } from './messages/first-tries';
import { MessageAccess } from './messages/message-access';
import { MessageAdmission } from './messages/message-admission';
import { MessageChangedTeller } from './messages/message-changed.teller';
import { MessageChanges } from './messages/message-changes';
import { MessageCreatedTeller } from './messages/message-created.teller';
import { MessageDeletionService } from './messages/message-deletion.service';
import { MessageEditsService } from './messages/message-edits.service';
import { MessageErasure } from './messages/message-erasure';
import { MessageHistory } from './messages/message-history';
import { MessageOutbox } from './messages/message-outbox';
import { MessagePages } from './messages/message-pages';
import { MessagesController } from './messages/messages.controller';
import { MessagesGateway } from './messages/messages.gateway';
import { MessagesService } from './messages/messages.service';
import { OwnReactions } from './reactions/own-reactions';
import { PinRepository } from './pins/pin.repository';
import { PinsController } from './pins/pins.controller';
import { PinsGateway } from './pins/pins.gateway';
import { PinsService } from './pins/pins.service';
import { ReactionTeller } from './reactions/reaction.teller';
import { ReactionRepository } from './reactions/reaction.repository';
import { ReactionsController } from './reactions/reactions.controller';
import { ReactionsGateway } from './reactions/reactions.gateway';
import { ReactionsService } from './reactions/reactions.service';
import { ThreadRepository } from './threads/thread.repository';
import { ThreadSummaries } from './threads/thread-summaries';
import { ThreadsController } from './threads/threads.controller';
import { ThreadsGateway } from './threads/threads.gateway';
import { ThreadsService } from './threads/threads.service';

/** Messages and all that is done with them: the features that stand around the folder `messages`. */
export const messageControllers = [
  ForwardsController,
  MessagesController,
  PinsController,
  ReactionsController,
  ThreadsController,
];

export const messageProviders = [
  ForwardsGateway,
  ForwardsService,
  HiddenMessageRepository,
  HiddenMessages,
  Mentions,
  MessageAccess,
  MessageAdmission,
  MessageChangedTeller,
  MessageChanges,
  MessageCreatedTeller,
  MessageDeletionService,
  MessageEditsService,
  MessageErasure,
  MessageHistory,
  MessageOutbox,
  MessagePages,
  MessagesGateway,
  FirstTries,
  MessagesService,
  OwnReactions,
  PinRepository,
  PinsGateway,
  PinsService,
  ReactionTeller,
  ReactionRepository,
  ReactionsGateway,
  ReactionsService,
  ThreadRepository,
  ThreadSummaries,
  ThreadsGateway,
  ThreadsService,
];
