import { Injectable } from '@nestjs/common';
import type { FileDto, FilePurpose } from '@app/contracts';
import { ChatConfig } from '../config';
import { FILE_TYPES } from './content/file-types';

/** As the gateway serves it, whichever of its mounts is used; what stands behind the id, such as a link's signature, does not count. */
const OURS =
  /^(?:\/api(?:\/v1)?)?\/(?:files|avatars|file-links)\/([0-9a-f]{24})(?:\/thumbnail)?(?:[?#].*)?$/i;

/** A file as it is told. */
export interface DescribedFile {
  _id: string;
  purpose: FilePurpose;
  name: string;
  mime: string;
  size: number;
  image?: { width: number; height: number };
  created_at: Date;
}

/** Addresses of files. One that begins elsewhere is none of ours: it is never looked at, and never asked for anything. */
@Injectable()
export class FileUrls {
  private readonly origin: string;

  constructor({ PUBLIC_URL }: ChatConfig) {
    this.origin = PUBLIC_URL;
  }

  of(path: string): string {
    return this.origin + path;
  }

  /** The file that an address of ours names. */
  idIn(url: string): string | undefined {
    const isFull = this.origin !== '' && url.startsWith(this.origin);
    return OURS.exec(isFull ? url.slice(this.origin.length) : url)?.[1]?.toLowerCase();
  }

  describe({ _id, purpose, name, mime, size, image, created_at }: DescribedFile): FileDto {
    return {
      _id,
      url: this.of(`/${purpose === 'avatar' ? 'avatars' : 'files'}/${_id}`),
      name,
      type: mime,
      kind: FILE_TYPES.get(mime)?.kind ?? 'file',
      size,
      purpose,
      ...(image && {
        width: image.width,
        height: image.height,
        thumbnail_url: this.of(`/files/${_id}/thumbnail`),
      }),
      created_at: created_at.toISOString(),
    };
  }
}
