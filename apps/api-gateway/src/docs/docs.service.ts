import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AppError } from '@app/contracts';
import { readDocument } from './documents';

export const SPECS = ['openapi.yml', 'asyncapi.yml'] as const;
export type Spec = (typeof SPECS)[number];

/** All that the page needs; nothing else of the package is served. */
const ASSETS = new Set([
  'swagger-ui.css',
  'swagger-ui-bundle.js',
  'swagger-ui-standalone-preset.js',
  'favicon-32x32.png',
]);

const SWAGGER_UI = dirname(createRequire(__filename).resolve('swagger-ui-dist/package.json'));

@Injectable()
export class DocsService implements OnModuleInit {
  private readonly specs = new Map<Spec, string>();

  async onModuleInit(): Promise<void> {
    for (const name of SPECS) {
      const text = await readDocument(name);
      if (text !== undefined) this.specs.set(name, text);
    }
  }

  /** The committed specification. Throws NOTFOUND, saying how to make it. */
  getSpec(name: Spec): string {
    const text = this.specs.get(name);
    if (text === undefined)
      throw new AppError('NOTFOUND', `${name} is not there; run "npm run specs" and restart the gateway`);
    return text;
  }

  /** Where a file of Swagger UI lies. Throws NOTFOUND for a file that the page does not need. */
  getAssetPath(name: string): string {
    if (!ASSETS.has(name)) throw new AppError('NOTFOUND', `${name.slice(0, 100)} not found`);
    return join(SWAGGER_UI, name);
  }
}
