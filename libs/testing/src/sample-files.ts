import { crc32, deflateRawSync } from 'node:zlib';
import sharp from 'sharp';
import type { SentFile } from './http-client';

type Kind =
  | 'jpg'
  | 'png'
  | 'gif'
  | 'webp'
  | 'mp4'
  | 'webm'
  | 'mov'
  | 'pdf'
  | 'doc'
  | 'docx'
  | 'txt'
  | 'mp3'
  | 'wav'
  | 'ogg';

const hex = (text: string) => Buffer.from(text.replace(/\s/g, ''), 'hex');
const text = (ascii: string) => Buffer.from(ascii, 'latin1');

/** A picture of this size, with a place and an author in its metadata where its format has them. */
export function picture(format: 'jpeg' | 'png' | 'gif' | 'webp', width = 640, height = 480): Promise<Buffer> {
  const image = sharp({ create: { width, height, channels: 3, background: { r: 200, g: 80, b: 20 } } });
  return image
    .withExif({ IFD0: { Artist: 'somebody', Copyright: 'at home' } })
    .toFormat(format)
    .toBuffer();
}

/** A ZIP; what is in it is compressed. */
export function zip(entries: Record<string, Buffer | string>): Buffer {
  const locals: Buffer[] = [];
  const list: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(entries)) {
    const [title, bytes] = [Buffer.from(name), Buffer.from(content)];
    const packed = deflateRawSync(bytes);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(bytes), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(bytes.length, 18);
    fields.writeUInt16LE(title.length, 22);
    const local = Buffer.concat([hex('504b0304'), fields, title, packed]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    list.push(Buffer.concat([hex('504b0102 1400'), fields, place, title]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(list);
  const end = Buffer.alloc(22);
  hex('504b0506').copy(end);
  end.writeUInt16LE(list.length, 8);
  end.writeUInt16LE(list.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

/** An OLE file whose directory names one stream. */
export function ole(stream: string): Buffer {
  const file = Buffer.alloc(512 * 4);
  hex('d0cf11e0a1b11ae1').copy(file);
  file.writeUInt16LE(9, 30);
  file.writeUInt32LE(1, 48);
  Buffer.from(`Root Entry\0`, 'utf16le').copy(file, 1_024);
  Buffer.from(`${stream}\0`, 'utf16le').copy(file, 1_024 + 128);
  return file;
}

/** A box of MPEG-4: what kind of film this is. */
const film = (brand: string) =>
  Buffer.concat([
    hex('00000018'),
    text(`ftyp${brand}`),
    hex('00000200'),
    text(`${brand}iso2`),
    Buffer.alloc(2_000, 7),
  ]);

/** One file of each kind that can be uploaded. */
export async function sampleFiles(): Promise<Record<Kind, SentFile>> {
  const bytes: Record<Kind, Buffer> = {
    jpg: await picture('jpeg'),
    png: await picture('png'),
    gif: await picture('gif'),
    webp: await picture('webp'),
    mp4: film('isom'),
    webm: Buffer.concat([hex('1a45dfa3 9f 4286 81 01 4282 84'), text('webm'), Buffer.alloc(2_000, 7)]),
    mov: film('qt  '),
    pdf: text('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n'),
    doc: ole('WordDocument'),
    docx: zip({ '[Content_Types].xml': '<Types/>', 'word/document.xml': '<document/>' }),
    txt: Buffer.from('Plain text, Привет, 日本 🌅\nand a second line\n'),
    mp3: Buffer.concat([hex('fffb9064'), Buffer.alloc(2_000, 7)]),
    wav: Buffer.concat([text('RIFF'), hex('d0070000'), text('WAVEfmt '), Buffer.alloc(2_000, 7)]),
    ogg: Buffer.concat([text('OggS'), Buffer.alloc(24), text('\u0001vorbis'), Buffer.alloc(2_000, 7)]),
  };
  const named = Object.entries(bytes).map(([kind, content]): [string, SentFile] => [
    kind,
    { name: `sample.${kind}`, bytes: content },
  ]);
  return Object.fromEntries(named) as Record<Kind, SentFile>;
}
