import type { MessageDeletedDto, MessageDto } from '@app/contracts';
import { toControlChange } from '../conversations/state/control-change';
import type { ControlChange } from '../conversations/state/conversation-state';
import type { ChangeKind, CommittedChange, StoredMessage } from '../log/stored-message';
import { toDeletedDto, toMessageDto } from '../messages/message.view';

/** One durable change of a conversation, in the words of the wire. */
export type LiveChange = {
  conversationId: string;
  ev: number;
  /** Number of the last change of the conversation itself as of this one: it says who may hear of it. */
  controlEv: number;
  /** The change of the conversation itself, if this is one. */
  control?: Omit<ControlChange, 'at'> & { at: string };
} & ({ kind: 'created' | ChangeKind; data: MessageDto } | { kind: 'deleted'; data: MessageDeletedDto });

/** The change that was just committed. */
export const toLiveChange = ({ kind, message }: CommittedChange): LiveChange =>
  describe(message, kind === 'append' ? 'created' : kind);

/** A message that changed while the audience was not told, as it is now. */
export const toMissedChange = (message: StoredMessage, isNew: boolean): LiveChange =>
  describe(message, isNew ? 'created' : 'updated');

/** As it was before it went over the bus. */
export const toControl = ({ control }: LiveChange): ControlChange | undefined =>
  control && { ...control, at: new Date(control.at) };

function describe(message: StoredMessage, kind: 'created' | ChangeKind): LiveChange {
  const control = kind === 'created' ? toControlChange(message) : undefined;
  const place = {
    conversationId: message.conversation_id.toHexString(),
    ev: message.ev,
    controlEv: message.control_ev,
    ...(control && { control: { ...control, at: control.at.toISOString() } }),
  };
  return message.deleted_at
    ? { ...place, kind: 'deleted', data: toDeletedDto(message) }
    : { ...place, kind, data: toMessageDto(message) };
}
