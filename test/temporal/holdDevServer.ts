import { startDevServer } from '../../src/temporal/devServer';

/** A process of its own that starts a dev server, tells its id and address, and waits to be killed. */
void startDevServer({ headless: true }).then(({ pid, address }) => {
  console.log(JSON.stringify({ pid, address }));
  setInterval(() => undefined, 60_000);
});
