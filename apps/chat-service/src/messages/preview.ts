import type { StoredMessage } from '../log/stored-message';

const LENGTH = 200;

/** What a notification shows of a message. */
export const previewOf = ({ content }: Pick<StoredMessage, 'content'>) => content.slice(0, LENGTH);
