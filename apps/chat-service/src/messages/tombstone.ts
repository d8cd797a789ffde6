import type { MessageUpdate, ShownMessage } from '../log/stored-message';

/** All that a message has said and all that was done to it; its place stays. */
export const EMPTIED = {
  content: '',
  attachments: [],
  files: undefined,
  mentions: undefined,
  mention_all: undefined,
  forwarded_from: undefined,
  reactions: undefined,
  edits: undefined,
  edited_at: undefined,
  pinned_at: undefined,
  pinned_by: undefined,
  expires_at: undefined,
} satisfies MessageUpdate;

/** One that should have disappeared is seen as if it had: somebody will come to empty it. */
export const asSeen = (stored: ShownMessage): ShownMessage =>
  stored.expires_at && stored.expires_at.getTime() <= Date.now()
    ? { ...stored, ...EMPTIED, deleted_at: stored.expires_at }
    : stored;
