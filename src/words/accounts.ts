import type { Platform } from '../contract/input';

const PLATFORMS: Record<Platform, string> = { tiktok: 'TikTok', instagram: 'Instagram' };

/** As the platform writes itself. One that is new here keeps the API's name. */
export const platformName = (platform: string): string =>
  Object.hasOwn(PLATFORMS, platform) ? PLATFORMS[platform as Platform] : platform;

/** `@name`, whether or not it came with its sign. */
export const handle = (name: string): string => `@${name.replace(/^@/, '')}`;
