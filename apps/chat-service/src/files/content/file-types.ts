import type { FileKind } from '@app/contracts';

export interface FileType {
  /** Content-Type. */
  mime: string;
  kind: FileKind;
  /** The first one is added to a name that has none of them. */
  extensions: readonly string[];
  /** May a browser show it by itself? Nothing that can hold a script or a link may. */
  isInline: boolean;
}

const type = (mime: string, kind: FileKind, ...extensions: string[]): [string, FileType] => [
  mime,
  { mime, kind, extensions, isInline: kind !== 'file' },
];

export const DOC = 'application/msword';
export const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
export const TEXT = 'text/plain; charset=utf-8';

/** All that can be uploaded. */
export const FILE_TYPES: ReadonlyMap<string, FileType> = new Map([
  type('image/jpeg', 'image', 'jpg', 'jpeg'),
  type('image/png', 'image', 'png'),
  type('image/gif', 'image', 'gif'),
  type('image/webp', 'image', 'webp'),
  type('video/mp4', 'video', 'mp4', 'm4v'),
  type('video/webm', 'video', 'webm'),
  type('video/quicktime', 'video', 'mov'),
  type('application/pdf', 'file', 'pdf'),
  type(DOC, 'file', 'doc'),
  type(DOCX, 'file', 'docx'),
  type(TEXT, 'file', 'txt'),
  type('audio/mpeg', 'audio', 'mp3'),
  type('audio/wav', 'audio', 'wav'),
  type('audio/ogg', 'audio', 'ogg', 'oga', 'opus'),
]);

const extensionOf = (name: string) => /\.([^.]*)$/.exec(name)?.[1]?.toLowerCase() ?? '';

/** Whether a name says that the file is of this type. */
export const isNamedAs = (name: string, { extensions }: FileType) => extensions.includes(extensionOf(name));
