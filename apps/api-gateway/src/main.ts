import { runService } from '@app/platform';
import { loadGatewayConfig } from './config';
import { gatewayOf } from './gateway';

runService(() => gatewayOf(loadGatewayConfig()));
