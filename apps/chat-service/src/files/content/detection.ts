import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { fileTypeFromBuffer } from 'file-type';
import { DOC, DOCX, FILE_TYPES, isNamedAs, TEXT, type FileType } from './file-types';

/** What a sniffer wants to see of a file. */
const SAMPLE = 4_100;
/** The list of a ZIP's entries stands before its end, where a comment of at most 64 KiB may follow. */
const ZIP_END = 22 + 65_535;
/** Most of such a list that is read; a document of Word has about 15 entries. */
const ZIP_LIST = 262_144;
/** Entries of an OLE directory stand in its first sectors. */
const OLE_DIRECTORY = 4_096;

/** Names under which the sniffer knows what we call otherwise. */
const ALIASES: Record<string, string> = { 'image/apng': 'image/png', 'audio/ogg; codecs=opus': 'audio/ogg' };

/**
 * What a file is, by its content; undefined: nothing that may be uploaded. Text has no mark of its own: it must be UTF-8
 * throughout and its name must say that it is text, so that a page called `.png` is nothing.
 */
export async function typeOf(path: string, name: string): Promise<FileType | undefined> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const head = await read(handle, 0, Math.min(SAMPLE, size));
    const mime = (await fileTypeFromBuffer(head))?.mime;
    if (mime === 'application/x-cfb')
      return (await isWordBinary(handle, head)) ? FILE_TYPES.get(DOC) : undefined;
    if (mime === 'application/zip' || mime === DOCX)
      return (await isWordPackage(handle, size)) ? FILE_TYPES.get(DOCX) : undefined;
    if (mime !== undefined && mime !== 'application/xml') return FILE_TYPES.get(ALIASES[mime] ?? mime);
  } finally {
    await handle.close();
  }
  const text = FILE_TYPES.get(TEXT);
  return text && isNamedAs(name, text) && (await isText(path)) ? text : undefined;
}

async function read(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

/** An OLE file is one of Word if its directory names such a stream. */
async function isWordBinary(handle: FileHandle, head: Buffer): Promise<boolean> {
  if (head.length < 512) return false;
  const sector = 1 << Math.min(head.readUInt16LE(30), 12);
  const directory = await read(handle, (head.readUInt32LE(48) + 1) * sector, OLE_DIRECTORY);
  return directory.includes(Buffer.from('WordDocument\0', 'utf16le'));
}

/** A ZIP is a document of Word if its list of entries says so. Nothing is unpacked, whatever it would grow to. */
async function isWordPackage(handle: FileHandle, size: number): Promise<boolean> {
  const tail = await read(handle, Math.max(0, size - ZIP_END), Math.min(size, ZIP_END));
  const end = tail.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (end < 0 || end + 22 > tail.length) return false;
  const [length, start] = [tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)];
  const list = await read(handle, start, Math.min(length, ZIP_LIST));
  const names = new Set<string>();
  for (let at = 0; at + 46 <= list.length && list.readUInt32LE(at) === 0x02014b50;) {
    const nameLength = list.readUInt16LE(at + 28);
    names.add(list.toString('utf8', at + 46, at + 46 + nameLength));
    at += 46 + nameLength + list.readUInt16LE(at + 30) + list.readUInt16LE(at + 32);
  }
  return (
    names.has('[Content_Types].xml') && names.has('word/document.xml') && !names.has('word/vbaProject.bin')
  );
}

/** UTF-8 without controls, other than those of lines. */
async function isText(path: string): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of createReadStream(path)) {
      if (/[\u0000-\u0008\u000b\u000e-\u001f\u007f]/.test(decoder.decode(chunk as Buffer, { stream: true })))
        return false;
    }
    decoder.decode();
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
