import { Injectable } from '@nestjs/common';
import { AppError } from '@app/contracts';
import { Gate } from '@app/platform';
import sharp, { type Metadata, type Sharp } from 'sharp';
import { ChatConfig } from '../../config';

const THUMBNAIL = 320;
/** One image may take so long. */
const SECONDS = 15;
const FORMATS: Record<string, (image: Sharp) => Sharp> = {
  'image/jpeg': (image) => image.jpeg({ quality: 90 }),
  'image/png': (image) => image.png(),
  'image/gif': (image) => image.gif(),
  'image/webp': (image) => image.webp({ quality: 90 }),
};

// One thread for each image, and nothing remembered: they pass by once.
sharp.concurrency(1);
sharp.cache(false);
// What else the library can read (SVG, PDF, TIFF …) has no business here.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadNsgif', 'VipsForeignLoadWebp'],
});

export interface Size {
  width: number;
  height: number;
}

/** Makes images anew from their pixels: where they were taken, by whom, and whatever else was hidden in them does not survive. */
@Injectable()
export class Images {
  private readonly gate: Gate;
  private readonly most: number;

  constructor(config: ChatConfig) {
    this.gate = new Gate(config.IMAGE_CONCURRENCY, config.IMAGE_QUEUE, 'too many images at this moment');
    this.most = config.MAX_IMAGE_PIXELS;
  }

  /** Throws PAYLOAD_TOO_LARGE by the header alone, UNSUPPORTED_MEDIA_TYPE for what cannot be read to its end. */
  rework(source: string, mime: string, target: string, thumbnail: string): Promise<Size> {
    return this.gate.run(async () => {
      try {
        const header = await sharp(source, { limitInputPixels: false, animated: true }).metadata();
        this.assertSize(header);
        const format = FORMATS[mime];
        if (!format || `image/${header.format}` !== mime) throw unreadable();
        const input = { limitInputPixels: this.most, failOn: 'error' as const, sequentialRead: true };
        const whole = sharp(source, { ...input, animated: true }).timeout({ seconds: SECONDS });
        const made = await format(whole.autoOrient()).toFile(target);
        await sharp(source, input)
          .timeout({ seconds: SECONDS })
          .autoOrient()
          .resize(THUMBNAIL, THUMBNAIL, { fit: 'inside', withoutEnlargement: true })
          .webp({ quality: 75 })
          .toFile(thumbnail);
        return { width: made.width, height: made.pageHeight ?? made.height };
      } catch (error) {
        throw error instanceof AppError ? error : unreadable();
      }
    });
  }

  private assertSize({ width, height, pages = 1, pageHeight = height }: Metadata): void {
    if (width * pageHeight * pages <= this.most) return;
    throw new AppError('PAYLOAD_TOO_LARGE', `an image may have at most ${this.most} pixels`);
  }
}

const unreadable = () => new AppError('UNSUPPORTED_MEDIA_TYPE', 'the image is broken');
