import { gateway, webhooks } from '../../fuzz/targets/gateway';
import { bears } from './support';

/** Whoever reaches the gateway. */
bears(gateway, webhooks);
