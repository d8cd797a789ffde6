import { afterAll, beforeAll } from 'vitest';
import { ChatService, freshDatabase } from './chat-service';

export interface DeafChatServices {
  here: ChatService;
  there: ChatService;
}

/**
 * Two instances with one database and no broker, so that they do not hear each other: what one does not know of the
 * other's changes, the store must tell it. Call at the top level of the file.
 */
export function useDeafChatServices(settings: Record<string, string> = {}): () => DeafChatServices {
  let services: ChatService[] = [];
  beforeAll(async () => {
    const shared = { MONGODB_URI: freshDatabase(), ...settings };
    services = [await ChatService.start(shared), await ChatService.start(shared)];
  });
  afterAll(async () => {
    for (const service of services.reverse()) await service.stop();
  });
  return () => {
    const [here, there] = services;
    if (!here || !there) throw new Error('the chat services have not started');
    return { here, there };
  };
}
