import type { FormatName } from '../../../contract/formats';
import type { Order } from '../draft';
import type { Format } from './format';
import { slideshowRemix } from './slideshowRemix';

const ALL: Record<FormatName, Format> = { 'slideshow-remix': slideshowRemix };

export const formatOf = ({ format }: Pick<Order, 'format'>): Format => ALL[format];
