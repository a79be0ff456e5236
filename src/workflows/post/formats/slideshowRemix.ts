import { sameId } from '../../../contract/ids';
import type { Format } from './format';

/** A TikTok slideshow, made anew with the persona (layers/getting-started.md, "Remix a slideshow"). */
export const slideshowRemix: Format = {
  itemOf: ({ tiktokVideoId, influencerId }) => `${tiktokVideoId}+${influencerId}`,

  start: ({ layers }, { projectId, tiktokVideoId, influencerId }, key) =>
    layers.start('remixSlideshow', { key, projectId, tiktokVideoId, influencerId }, 'Remix the slideshow'),

  fits: ({ sourceTiktokId, influencerId }, order) =>
    sourceTiktokId === order.tiktokVideoId && sameId(influencerId, order.influencerId),

  describe: ({ containerId, preview }) =>
    preview === null || preview.imageUrls.length === 0
      ? containerId
      : `${preview.imageUrls.length} slides, ${containerId}`,

  unsuitable: ['NOT_A_SLIDESHOW', 'MODERATION_BLOCKED'],
};
