import { createLogger, secretsOf } from '../../src/worker/logging';
import { loadConfig } from '../../src/config';

const KEY = 'lp_test_ABCDEFGHIJKLMNOP_secret9f2c';
const config = loadConfig('worker', {
  LAYERS_API_KEY: KEY,
  LAYERS_WEBHOOK_SECRET: 'whsec_first,whsec_second',
  ONBOARDING_LINK_SECRET: 'link-secret-of-more-than-32-characters',
});

describe('the log', () => {
  it('is JSON lines without any secret, wherever it stands', () => {
    const lines: string[] = [];
    const logger = createLogger(config, secretsOf(config), { write: (line) => void lines.push(line) });
    logger.info({ apiKey: 'lp_other', nested: { authorization: 'Bearer x' } }, 'named fields');
    logger.error({ error: new Error(`401 for Bearer ${KEY}`) }, `failed with ${KEY}`);
    logger.warn({ deep: [{ url: 'https://x/?s=whsec_second' }] }, 'link-secret-of-more-than-32-characters');
    logger.debug('not at this level');
    const text = lines.join('');
    expect(lines).toHaveLength(3);
    expect(JSON.parse(lines[0]!)).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      apiKey: '[secret]',
      nested: { authorization: '[secret]' },
      msg: 'named fields',
    });
    expect(JSON.parse(lines[1]!)).toMatchObject({
      error: { type: 'Error', message: '401 for Bearer [secret]' },
      msg: 'failed with [secret]',
    });
    for (const secret of secretsOf(config)) expect(text).not.toContain(secret);
    expect(secretsOf(config)).toHaveLength(4);
  });
});
