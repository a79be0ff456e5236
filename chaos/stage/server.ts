import { join } from 'node:path';
import { startDevServer, type DevServer } from '../../src/temporal/devServer';

/** A Temporal server with its data in a file, which can be killed and comes back at the same address. */
export class Server {
  private constructor(
    private current: DevServer,
    private readonly dbFile: string,
  ) {}

  static async start(folder: string): Promise<Server> {
    const dbFile = join(folder, 'temporal.db');
    return new Server(await startDevServer({ dbFile, headless: true, timeSkipping: true }), dbFile);
  }

  get address(): string {
    return this.current.address;
  }

  /** SIGKILL: what it has not written is gone. */
  async kill(): Promise<void> {
    process.kill(this.current.pid, 'SIGKILL');
    await this.current.exited;
  }

  async restart(): Promise<void> {
    const { address } = this.current;
    const port = Number(address.split(':')[1]);
    this.current = await startDevServer({ dbFile: this.dbFile, port, headless: true, timeSkipping: true });
    if (this.current.address !== address)
      throw new Error(`Another process has taken ${address} while the server was down`);
  }

  stop(): Promise<void> {
    return this.current.stop();
  }
}
