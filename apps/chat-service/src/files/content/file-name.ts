import { isNamedAs, type FileType } from './file-types';

/** Bytes of a name on most file systems. */
const LONGEST = 255;
/** Controls, what turns the direction of text around (`gpj.exe` reads as `exe.jpg`), invisible marks, halves of characters. */
const UNSEEN =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffd]|\p{Cs}/gu;
/** Separators of paths, and what file systems or shells forbid or read as something else. */
const UNSAFE = /[/\\:*?"<>|]/g;

/**
 * The name to show and to save a file under: any script and emoji stay, what is not safe in a file's name goes. It ends with
 * an extension of its type, whatever the upload called it.
 */
export function cleanName(given: string, type: FileType): string {
  const clean = given.normalize('NFC').replace(UNSEEN, '').replace(UNSAFE, '_').trim().replace(/^\.+/, '');
  const named = clean === '' ? 'file' : clean;
  const [extension = ''] = type.extensions;
  if (!isNamedAs(named, type)) return `${shortened(named, extension.length + 1)}.${extension}`;
  const dot = named.lastIndexOf('.');
  const own = named.slice(dot);
  return (shortened(named.slice(0, dot), own.length) || 'file') + own;
}

/** Whole characters only, with `room` bytes to spare. */
function shortened(name: string, room: number): string {
  if (Buffer.byteLength(name) + room <= LONGEST) return name;
  let length = 0;
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(name)) {
    length += Buffer.byteLength(segment);
    if (length + room > LONGEST) break;
    kept += segment;
  }
  return kept;
}

/** Content-Disposition (RFC 6266): the name in ASCII for old clients, and as it is for all others. */
export function dispositionOf(name: string, { isInline }: Pick<FileType, 'isInline'>): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16)}`,
  );
  return `${isInline ? 'inline' : 'attachment'}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
