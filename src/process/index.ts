/** What every program of this project does at its edge: settings from `.env`, signals, exit codes. */
export { readEnvFile, type EnvFile } from './envFile';
export { exitCode } from './exitCode';
export { aborted, endBySignal } from './signals';
