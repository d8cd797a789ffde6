import type {
  LiveMessageDto,
  MessageDeletedDto,
  MessageDto,
  MessagePinnedDto,
  MessageReactionDto,
} from '@app/contracts';
import { toControlChange } from '../conversations/state/control-change';
import type { ControlChange } from '../conversations/state/conversation-state';
import type { CommittedChange, StoredMessage, Announcement } from '../log/stored-message';
import { toDeletedDto, toMessageDto } from '../messages/message.view';

/** One durable change of a conversation, in the words of the wire. */
export type LiveChange = {
  conversationId: string;
  ev: number;
  /** Number of the last change of the conversation itself as of this one: it says who may hear of it. */
  controlEv: number;
  /** The change of the conversation itself, if this is one. */
  control?: Omit<ControlChange, 'at'> & { at: string };
} & Told;

type Told =
  | { kind: 'created'; data: LiveMessageDto }
  | { kind: 'updated'; data: MessageDto }
  | { kind: 'deleted'; data: MessageDeletedDto }
  | { kind: 'reaction'; data: MessageReactionDto }
  | { kind: 'pinned'; data: MessagePinnedDto };

/** The change that was just committed. */
export const toLiveChange = ({ kind, announcement, message }: CommittedChange): LiveChange =>
  describe(message, kind === 'append', announcement);

/** A message that changed while the audience was not told, as it is now. */
export const toMissedChange = (message: StoredMessage, isNew: boolean): LiveChange =>
  describe(message, isNew);

/** As it was before it went over the bus. */
export const toControl = ({ control }: LiveChange): ControlChange | undefined =>
  control && { ...control, at: new Date(control.at) };

function describe(message: StoredMessage, isNew: boolean, announcement?: Announcement): LiveChange {
  const control = isNew ? toControlChange(message) : undefined;
  const place = {
    conversationId: message.conversation_id.toHexString(),
    ev: message.ev,
    controlEv: message.control_ev,
    ...(control && { control: { ...control, at: control.at.toISOString() } }),
  };
  return { ...place, ...toldOf(message, isNew, announcement) };
}

function toldOf(message: StoredMessage, isNew: boolean, announcement?: Announcement): Told {
  if (message.deleted_at) return { kind: 'deleted', data: toDeletedDto(message) };
  if (!announcement) return { kind: isNew ? 'created' : 'updated', data: toMessageDto(message) };
  const { kind: _kind, ...what } = announcement;
  const { seq: _seq, ...place } = toDeletedDto(message);
  return 'emoji' in what
    ? { kind: 'reaction', data: { ...place, ...what, reactions: message.reactions ?? [] } }
    : { kind: 'pinned', data: { ...place, ...what } };
}
