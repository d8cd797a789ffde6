import { Controller, Header, Param, Res } from '@nestjs/common';
import { OpenPage } from '@app/platform';
import type { Response } from 'express';
import { PAGE_POLICY } from '../edge/security-headers';
import { eventsPage } from './events-page';
import { DocsService } from './docs.service';
import { SWAGGER_INIT, SWAGGER_PAGE } from './swagger-page';

const LINKS = {
  restDocs: '/api/docs',
  eventDocs: '/api/async-docs',
  openapi: '/openapi.yml',
  asyncapi: '/asyncapi.yml',
  events: '/ws-docs',
  health: '/health',
  metrics: '/metrics',
  socket: '/socket.io/ (namespace /chat)',
  notifications: '/notifications/socket.io/ (namespace /notifications)',
};

/** What a person who opens the gateway in a browser finds. */
@Controller()
export class DocsController {
  constructor(private readonly docs: DocsService) {}

  @OpenPage('/')
  links() {
    return { ok: true, data: { name: 'chat-backend', links: LINKS } };
  }

  @OpenPage('/openapi.yml')
  @Header('Content-Type', 'application/yaml; charset=utf-8')
  openapi(): string {
    return this.docs.getSpec('openapi.yml');
  }

  @OpenPage('/asyncapi.yml')
  @Header('Content-Type', 'application/yaml; charset=utf-8')
  asyncapi(): string {
    return this.docs.getSpec('asyncapi.yml');
  }

  @OpenPage('/api/docs')
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', PAGE_POLICY)
  swagger(): string {
    return SWAGGER_PAGE;
  }

  @OpenPage('/api/docs/init.js')
  @Header('Content-Type', 'text/javascript; charset=utf-8')
  swaggerInit(): string {
    return SWAGGER_INIT;
  }

  @OpenPage('/api/docs/:file')
  swaggerAsset(@Param('file') file: string, @Res() response: Response): void {
    response.sendFile(this.docs.getAssetPath(file), { maxAge: '1h' });
  }

  @OpenPage('/api/async-docs')
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', PAGE_POLICY)
  events(): string {
    return eventsPage();
  }
}
